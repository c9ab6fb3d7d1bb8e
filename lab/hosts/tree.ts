import { createHash } from "node:crypto";
import { copyFile, mkdir, rename, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { publishOnce } from "../cache.ts";
import type { LabImage } from "../images/index.ts";
import { recipes } from "../images/recipes.ts";
import { step } from "../progress.ts";
import { run } from "../run.ts";
import type { Toolchain, ToolName } from "../toolchain/index.ts";
import { cgroupVersion } from "./cgroups.ts";
import { type TreeFile, treeFiles, writeFiles } from "./tree-files.ts";

const debian = {
	suite: "bookworm",
	packages:
		"systemd,systemd-sysv,dbus,openssh-server,sudo,ca-certificates,containerd,runc,iptables,nftables,ipset,conntrack,ethtool,socat,iproute2,kmod,procps,mount",
	hooks: [
		"useradd --create-home --shell /bin/bash admin",
		"useradd --create-home --shell /bin/bash nosudo",
		// Each host gets its own files of these.
		"rm -f /etc/ssh/ssh_host_* /etc/machine-id /var/lib/dbus/machine-id /etc/hostname /etc/resolv.conf",
		"rm -rf /var/cache/apt/archives/*.deb /usr/share/doc /usr/share/man /usr/share/locale",
		// No timer may change a host during a test.
		"systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer e2scrub_reap.service",
	],
};

// Increase this number when `fill` changes, so that a new folder is made.
const layout = 2;

const binaries = ["kubeadm", "kubelet", "kubectl", "crictl", "etcdctl"] as const;
const cniPlugins = ["bridge", "host-local", "loopback", "portmap"] as const;

/** Tools from which hosts and their images are made. */
export const hostTools: ToolName[] = [
	...binaries,
	...cniPlugins,
	...Object.values(recipes).flatMap(({ files }) => Object.keys(files) as ToolName[]),
];

/**
 * Returns the folder from which hosts are made, and makes it once. It has three parts: `root`, a root directory with Debian, containerd and
 * Kubernetes' programs; and two large parts that hosts share, `usr` and `containerd` (containerd's store with the images).
 */
export async function hostTree(toolchain: Pick<Toolchain, "path">, images: LabImage[]): Promise<string> {
	const programs: [source: string, target: string][] = [
		...binaries.map((name): [string, string] => [toolchain.path(name), `/usr/bin/${name}`]),
		...cniPlugins.map((name): [string, string] => [toolchain.path(name), `/opt/cni/bin/${name}`]),
	];
	const files = treeFiles({ cgroupVersion: cgroupVersion(), pause: pauseOf(images) });
	const sources = [...programs.map(([source]) => source), ...images.map(({ archive }) => archive)];
	const recipe = {
		layout,
		debian,
		files,
		programs,
		images,
		identities: await Promise.all(sources.map(identity)),
		importScript,
	};
	return publishOnce(`hosts/${digest(recipe)}`, async (staging) => {
		const base = await debianTree();
		await step("Host tree: Kubernetes' programs and images", () => fill(staging, { base, files, programs, images }));
	});
}

async function debianTree(): Promise<string> {
	const published = await publishOnce(`debian/${digest(debian)}`, (staging) =>
		step(`Host tree: Debian ${debian.suite}`, async (report) => {
			const hooks = debian.hooks.map((hook) => `--customize-hook=chroot "$1" sh -c '${hook}'`);
			const command = ["mmdebstrap", "--variant=minbase", `--include=${debian.packages}`, ...hooks, debian.suite];
			await run([...command, join(staging, "tree")], {
				timeout: 1_800_000,
				onOutput: (text) => report(text.trim().split("\n").at(-1) ?? ""),
			});
		}),
	);
	return join(published, "tree");
}

interface Contents {
	base: string;
	files: TreeFile[];
	programs: [source: string, target: string][];
	images: LabImage[];
}

async function fill(folder: string, { base, files, programs, images }: Contents): Promise<void> {
	const tree = join(folder, "root");
	await run(["cp", "-a", "--reflink=auto", base, tree]);
	await writeFiles(tree, files);
	await mkdir(join(tree, "opt/cni/bin"), { recursive: true });
	for (const [source, target] of programs) await run(["install", "-m", "755", source, join(tree, target)]);
	for (const unit of ["kubelet", "lab-host"])
		await run(["systemctl", `--root=${tree}`, "enable", "--quiet", `${unit}.service`]);
	await importImages(tree, images);
	await rename(join(tree, "var/lib/containerd"), join(folder, "containerd"));
	await rename(join(tree, "usr"), join(folder, "usr"));
	// systemd-nspawn takes a directory for a system's root only when it finds this.
	await mkdir(join(tree, "usr/lib"), { recursive: true });
	await copyFile(join(folder, "usr/lib/os-release"), join(tree, "usr/lib/os-release"));
}

const importScript = `
set -e
containerd >/tmp/containerd.log 2>&1 &
containerd=$!
until ctr version >/dev/null 2>&1; do kill -0 $containerd || { cat /tmp/containerd.log; exit 1; }; done
for archive in $(find /images -name '*.tar'); do ctr -n k8s.io images import "$archive"; done
kill $containerd
wait $containerd || true
rm /tmp/containerd.log
`;

// Runs containerd alone in a container: unpacking images needs no booted host.
async function importImages(tree: string, images: LabImage[]): Promise<void> {
	const binds = images.map(({ archive }, index) => `--bind-ro=${archive}:/images/${index}.tar`);
	await run(
		[
			...["systemd-nspawn", "-q", "-D", tree, "--register=no", "--keep-unit", "--as-pid2", "--capability=all"],
			...["--resolv-conf=off", "--timezone=off", "--private-network", "--tmpfs=/images", ...binds],
			...["sh", "-c", importScript],
		],
		{ timeout: 600_000 },
	);
	await rmdir(join(tree, "images"));
}

/** Returns the image of pod sandboxes. containerd pulls it by itself, so it must be one of the given images: kubeadm's. */
export function pauseOf(images: LabImage[]): string {
	const pause = images.find(({ reference }) => /\/pause:/.test(reference));
	if (pause || images.length === 0) return pause?.reference ?? "registry.k8s.io/pause:3.10.2";
	throw new Error(`images: no pause image among ${images.map(({ reference }) => reference).join(", ")}`);
}

async function identity(file: string): Promise<string> {
	const { size, mtimeMs } = await stat(file);
	return `${file} ${size} ${mtimeMs}`;
}

function digest(recipe: unknown): string {
	return createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 16);
}
