export { type Guest, startGuest } from "./guest.ts";
export { accelerator, guestRefusal } from "./qemu.ts";
