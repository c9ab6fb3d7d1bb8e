export { type Guest, startGuest } from "./guest.ts";
export { guestRefusal } from "./qemu.ts";
