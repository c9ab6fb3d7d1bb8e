import { readableByAll } from "../../facts/file-access";
import { paths } from "../../facts/paths";
import type { FileMode, Host } from "../../hosts/host";
import { type Digests, isOwnedBy, placedFiles, placeFiles, removeFiles } from "../../hosts/placement/place";
import { serviceCommand, serviceOf } from "../../hosts/service";
import { kubeletDropIn, kubeletUnit } from "../../render/kubelet";

/** The host that the unit is placed on, and the resource that it belongs to. */
interface UnitPlacement {
	host: Host;
	owner: string;
	/** SHA-256 of each file as the resource's state has it, by path. @default none: the resource is being created */
	stateDigests?: Digests;
}

/** Paths of the kubelet's unit and drop-in, which this package places where no other package has. */
export const unitFiles = [paths.kubeletUnit, paths.kubeletDropIn] as const;

/**
 * Places the kubelet's systemd unit, and the drop-in by which the unit reads kubeadm's files, where the host has none. The
 * unit comes with the package kubelet and the drop-in with the package kubeadm; a host may have only the binary.
 * @param access mode and owner of the files. With a mode that is not everybody's the drop-in is placed in any case, as
 * that of a package is readable by all
 * @returns SHA-256 of each placed file, by path; empty where the host's packages have both
 * @throws Error where a placed file was changed by somebody else
 */
export async function placeUnit(placement: UnitPlacement, access: FileMode = readableByAll): Promise<Digests> {
	const { host } = placement;
	const { stdout } = await host.run({
		intent: "look for the kubelet's service",
		script: `command -v kubelet; ${serviceCommand.definition("kubelet")}; exit 0`,
	});
	const [binary = "", ...unit] = stdout.trim().split("\n");
	const text = unit.join("\n");
	const wanted: Record<(typeof unitFiles)[number], { absent: boolean; content: string }> = {
		[paths.kubeletUnit]: { absent: text === "", content: kubeletUnit(binary) },
		[paths.kubeletDropIn]: {
			absent: access.mode !== readableByAll.mode || !/KUBELET_CONFIG_ARGS|--config\b/.test(text),
			content: kubeletDropIn(binary),
		},
	};
	const placed = await placedFiles(host, unitFiles);
	const files = unitFiles
		.filter((path) => wanted[path].absent || placed.includes(path))
		.map((path) => ({ path, content: wanted[path].content, ...access }));
	if (files.length === 0) return {};
	const { digests, written } = await placeFiles({ ...placement, files });
	if (written.length > 0) await reload(host);
	return digests;
}

/** Removes the unit and drop-in that this resource placed, and disables a removed unit. Does nothing where it placed none. */
export async function removeUnit({ host, owner }: Omit<UnitPlacement, "stateDigests">): Promise<void> {
	const owned = await ownedUnitFiles({ host, owner });
	if (owned.length === 0) return;
	if (owned.includes(paths.kubeletUnit)) await serviceOf(host, "kubelet").disable();
	await removeFiles({ host, owner, paths: owned });
	await reload(host);
}

async function ownedUnitFiles({ host, owner }: Omit<UnitPlacement, "stateDigests">): Promise<string[]> {
	const isOwned = await Promise.all(unitFiles.map((path) => isOwnedBy({ host, owner, path })));
	return unitFiles.filter((_, index) => isOwned[index]);
}

async function reload(host: Host): Promise<void> {
	await host.run({ intent: "let systemd read its units again", script: serviceCommand.reload() });
}
