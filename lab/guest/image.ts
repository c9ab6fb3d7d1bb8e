import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { publishOnce } from "../cache.ts";
import { hostTools, hostTree, pauseOf } from "../hosts/tree.ts";
import { type TreeFile, treeFiles, writeFiles } from "../hosts/tree-files.ts";
import { ensureImages } from "../images/index.ts";
import { conflist } from "../network/pods.ts";
import { step } from "../progress.ts";
import { run } from "../run.ts";
import { ensureToolchain } from "../toolchain/index.ts";
import { guestNetwork } from "./network.ts";

/** Files from which a guest boots. They are never written to. */
export interface GuestImage {
	/** An ext4 file system, raw. */
	disk: string;
	kernel: string;
	initrd: string;
}

const kernelPackage = "linux-image-cloud-amd64";

/** Returns the image of guests, which is made once: the tree of the lab's hosts, with a kernel. */
export async function guestImage(): Promise<GuestImage> {
	const toolchain = await ensureToolchain({ tools: hostTools });
	const images = await ensureImages(toolchain);
	const tree = await hostTree(toolchain, images);
	const files = guestFiles(pauseOf(images));
	const recipe = { tree: basename(tree), files, makeScript };
	const digest = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 16);
	const folder = await publishOnce(`guests/${digest}`, (staging) =>
		step("Guest image: Debian's kernel and a file system", () => make(staging, tree, files)),
	);
	return { disk: join(folder, "disk.raw"), kernel: join(folder, "vmlinuz"), initrd: join(folder, "initrd.img") };
}

async function make(staging: string, from: string, files: TreeFile[]): Promise<void> {
	const tree = join(staging, "tree");
	await run(["cp", "-a", "--reflink=auto", join(from, "root"), tree]);
	await rm(join(tree, "usr"), { recursive: true });
	await run(["cp", "-a", "--reflink=auto", join(from, "usr"), join(tree, "usr")]);
	await writeFiles(tree, files);
	const nspawn = ["systemd-nspawn", "-q", "-D", tree, "--register=no", "--keep-unit", "--as-pid2"];
	await run([...nspawn, "--resolv-conf=bind-host", "--timezone=off", "sh", "-c", makeScript], { timeout: 900_000 });
	for (const name of ["vmlinuz", "initrd.img"]) {
		const found = (await readdir(join(tree, "boot"))).find((file) => file.startsWith(`${name}-`));
		if (!found) throw new Error(`${kernelPackage}: expected a file /boot/${name}-VERSION, got none`);
		await rename(join(tree, "boot", found), join(staging, name));
	}
	// containerd's store is only read, so no copy is needed.
	await mkdir(join(tree, "var/lib"), { recursive: true });
	await run(["cp", "-al", join(from, "containerd"), join(tree, "var/lib/containerd")]);
	const disk = join(staging, "disk.raw");
	await run(["mke2fs", "-q", "-t", "ext4", "-E", "root_owner=0:0", "-d", tree, disk, "12G"], { timeout: 900_000 });
	await rm(tree, { recursive: true });
}

const makeScript = `
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y --no-install-recommends ${kernelPackage}
rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/* /usr/share/doc /usr/share/man /usr/share/locale
# A machine of its own has what lab-host makes up for.
systemctl disable --quiet lab-host.service
systemctl enable --quiet systemd-networkd.service guest-identity.service
`;

function guestFiles(pause: string): TreeFile[] {
	return [
		...treeFiles({ cgroupVersion: 2, pause }),
		{ path: "/etc/initramfs-tools/conf.d/guest", content: "MODULES=list\n" },
		{ path: "/usr/share/initramfs-tools/modules.d/guest", content: "virtio_pci\nvirtio_blk\next4\n" },
		{ path: "/etc/modules-load.d/kubernetes.conf", content: "overlay\nbr_netfilter\n" },
		{ path: "/etc/systemd/network/10-guest.network", content: networkUnit },
		{ path: "/etc/resolv.conf", content: `nameserver ${guestNetwork.resolver}\n` },
		{ path: "/etc/cni/net.d/10-lab.conflist", content: conflist(guestNetwork.podsOfNode) },
		// A missing or empty file would make this a first boot, which enables every unit.
		{ path: "/etc/machine-id", content: "" },
		{ path: "/etc/systemd/system/guest-identity.service", content: identityUnit },
	];
}

const networkUnit = `[Match]
Type=ether
Name=en* eth*

[Network]
Address=${guestNetwork.address}/24
Gateway=${guestNetwork.gateway}
LinkLocalAddressing=no
IPv6AcceptRA=no
${[guestNetwork.resolver, guestNetwork.services].map((to) => `\n[Route]\nDestination=${to}\nType=unreachable\n`).join("")}`;

const identityUnit = `[Unit]
Description=Unpacks this machine's keys and names from its second disk
DefaultDependencies=no
After=systemd-remount-fs.service
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=tar -C / -xf /dev/vdb

[Install]
WantedBy=sysinit.target
`;
