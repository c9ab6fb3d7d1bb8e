import { paths } from "../../facts/paths";
import type { FileToWrite, Host } from "../../hosts/host";
import { type Digests, isOwnedBy, placedFiles, placeFiles, removeFiles } from "../../hosts/placement/place";
import { kubeletDropIn, kubeletUnit } from "../../render/kubelet";

/** Who places it, and where. */
interface Target {
	host: Host;
	owner: string;
	stateDigests?: Digests;
}

/** Files of the kubelet's service that this package places where no other has brought any. */
export const serviceFiles = [paths.kubeletUnit, paths.kubeletDropIn] as const;

/**
 * Places the kubelet's unit, and the drop-in that gives it what kubeadm places, where they are absent: the unit belongs to
 * the package kubelet and the drop-in to the package kubeadm, and a host may have the binary alone.
 */
export async function placeService(target: Target): Promise<Digests> {
	const { host } = target;
	const { stdout } = await host.run({
		intent: "look for the kubelet's service",
		script: "command -v kubelet; systemctl cat kubelet 2>/dev/null; exit 0",
	});
	const [binary = "", ...unit] = stdout.trim().split("\n");
	const text = unit.join("\n");
	const wanted: Record<(typeof serviceFiles)[number], { absent: boolean; content: string }> = {
		[paths.kubeletUnit]: { absent: text === "", content: kubeletUnit(binary) },
		[paths.kubeletDropIn]: { absent: !/KUBELET_CONFIG_ARGS|--config\b/.test(text), content: kubeletDropIn(binary) },
	};
	const placed = await placedFiles(host, serviceFiles);
	const files: FileToWrite[] = serviceFiles
		.filter((path) => wanted[path].absent || placed.includes(path))
		.map((path) => ({ path, content: wanted[path].content, mode: "0644", owner: "root", group: "root" }));
	if (files.length === 0) return {};
	const { digests, written } = await placeFiles({ ...target, files });
	if (written.length > 0) await reload(host);
	return digests;
}

/** Removes of it what this resource placed. */
export async function removeService({ host, owner }: Omit<Target, "stateDigests">): Promise<void> {
	const placed = await ours({ host, owner });
	if (placed.length === 0) return;
	if (placed.includes(paths.kubeletUnit))
		await host.run({
			intent: "disable the kubelet",
			script: "systemctl cat kubelet >/dev/null 2>&1 || exit 0\nsystemctl disable --quiet kubelet",
		});
	await removeFiles({ host, owner, paths: placed });
	await reload(host);
}

/** Those of its files that this resource placed. */
async function ours({ host, owner }: Omit<Target, "stateDigests">): Promise<string[]> {
	const found = await Promise.all(serviceFiles.map((path) => isOwnedBy({ host, owner, path })));
	return serviceFiles.filter((_, index) => found[index]);
}

async function reload(host: Host): Promise<void> {
	await host.run({ intent: "let systemd read its units again", script: "systemctl daemon-reload" });
}
