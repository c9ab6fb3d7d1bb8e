import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { step } from "../progress.ts";
import { run } from "../run.ts";
import type { GuestImage } from "./image.ts";
import { guestNetwork } from "./network.ts";

type Accelerator = "kvm" | "tcg";

const program = "qemu-system-x86_64";

/**
 * Returns how QEMU runs a guest: by the processor's virtualization, or with `LAB_GUEST_EMULATED=1` by emulation, with which a cluster needs two
 * idle cores and long. The existence of `/dev/kvm` is not enough: `kvm_pvm`, which may provide it, only runs kernels made for it.
 */
function accelerator(): Accelerator | undefined {
	if (process.env["LAB_GUEST_EMULATED"] === "1") return "tcg";
	const hardware = ["kvm_intel", "kvm_amd"].some((name) => existsSync(join("/sys/module", name)));
	return existsSync("/dev/kvm") && hardware ? "kvm" : undefined;
}

/** Returns why this machine cannot start guests, or undefined. A missing QEMU package is not a reason. */
export function guestRefusal(): string | undefined {
	if (process.platform !== "linux" || process.arch !== "x64")
		return `a guest is a Linux machine on x64, this one is ${process.platform} on ${process.arch}`;
	if (process.getuid?.() !== 0) return "root is needed to make a guest's image";
	if (!find(program) && !find("apt-get")) return `${program} is not installed, and there is no apt-get to install it`;
	if (accelerator()) return undefined;
	const kvm = existsSync("/sys/module/kvm_pvm")
		? "KVM is kvm_pvm, which runs only kernels made for it"
		: "there is no /dev/kvm with kvm_intel or kvm_amd";
	return `${kvm}; LAB_GUEST_EMULATED=1 tries it without`;
}

/** Installs QEMU if it is missing. */
export async function ensureQemu(): Promise<void> {
	if (find(program)) return;
	await step("Installing qemu-system-x86", async () => {
		const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
		await run(["apt-get", "update", "-q"], { env, timeout: 600_000, check: false });
		const install = "apt-get install -y --no-install-recommends qemu-system-x86";
		await run(install.split(" "), { env, timeout: 900_000 });
	});
}

/** Options of one guest. */
export interface QemuSettings extends GuestImage {
	name: string;
	/** Tar archive that is unpacked over the root directory at boot. */
	identity: string;
	/** Port of this machine's loopback address that is forwarded to the guest's SSH. */
	sshPort: number;
}

/** Returns the command line of a guest. Its writes go to an unlinked temporary file, which disappears with the process. */
export function qemu({ disk, kernel, initrd, identity, name, sshPort }: QemuSettings): string[] {
	const network = `net=${guestNetwork.subnet},restrict=on,hostfwd=tcp:127.0.0.1:${sshPort}-${guestNetwork.address}:22`;
	return [
		...[program, "-name", name, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
		...(accelerator() === "tcg" ? ["-accel", "tcg,thread=multi", "-cpu", "max"] : ["-accel", "kvm", "-cpu", "host"]),
		...["-m", "2048", "-smp", "2", "-serial", "stdio", "-device", "virtio-rng-pci"],
		...["-kernel", kernel, "-initrd", initrd],
		...["-append", `root=/dev/vda rw console=ttyS0 panic=-1 mitigations=off systemd.hostname=${name}`],
		...["-drive", `if=virtio,format=raw,file=${disk},snapshot=on`],
		...["-drive", `if=virtio,format=raw,file=${identity},readonly=on`],
		...["-netdev", `user,id=lab,${network}`, "-device", "virtio-net-pci,netdev=lab,romfile="],
	];
}

function find(tool: string): boolean {
	const folders = `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`.split(delimiter);
	return folders.some((folder) => existsSync(join(folder, tool)));
}
