import { paths } from "../../facts/paths";
import { fromYaml } from "../../go/yaml/write";
import type { FileOnHost, Host } from "../../hosts/host";
import { type Digests, removeFiles } from "../../hosts/placement/place";
import { forgetUndo, keepForUndo, pathsWithUndo, putBack } from "../../hosts/placement/undo";
import { serviceOf } from "../../hosts/service";

/** Paths of a kubelet's configuration, instance configuration and flags. */
export const kubeletFiles = [
	paths.kubeletConfiguration,
	paths.kubeletInstanceConfiguration,
	paths.kubeletFlags,
] as const;

/** A kubelet's host, and the resource that the kubelet belongs to. */
interface KubeletOnHost {
	host: Host;
	owner: string;
}

/** A change of a kubelet's configuration that is not proved yet. */
export interface UnprovedChange {
	/** Files that the host did not have before. Empty after a change that was cut off. */
	added: string[];
}

/** Configuration, instance configuration and flags that a host has. */
export type PutBackConfiguration = ReturnType<typeof configurationIn>;

/**
 * Keeps the configuration that a kubelet runs with in the host's undo journal, before the configuration is changed.
 * @param wanted text of each file of the kubelet, by path
 * @param runs says whether the kubelet is healthy with a configuration
 * @returns undefined where nothing is changed, and where the kubelet does not run with its present configuration
 */
export async function keepConfiguration(
	target: KubeletOnHost,
	wanted: Readonly<Record<string, string>>,
	runs: (configuration: Record<string, unknown>) => Promise<boolean>,
): Promise<UnprovedChange | undefined> {
	if (await isUnproved(target)) return { added: [] };
	const onHost = await target.host.read(kubeletFiles);
	const changed = kubeletFiles.filter((path) => onHost.get(path)?.content.toString() !== wanted[path]);
	if (changed.length === 0 || !(await runs(configurationIn(onHost).configuration))) return undefined;
	for (const path of changed) {
		const file = onHost.get(path);
		if (file) await keepForUndo(target.host, target.owner, file);
	}
	return { added: changed.filter((path) => !onHost.has(path)) };
}

/** Whether a change of the kubelet's configuration was cut off before the kubelet was seen to run with it. */
export async function isUnproved(target: KubeletOnHost): Promise<boolean> {
	return (await pathsWithUndo({ ...target, paths: kubeletFiles })).length > 0;
}

/**
 * Puts the configuration back with which the kubelet ran, and restarts the kubelet.
 * @returns the configuration, and SHA-256 of each file that was put back, by path
 */
export async function putConfigurationBack(
	target: KubeletOnHost,
	{ added }: UnprovedChange,
): Promise<PutBackConfiguration & { digests: Digests }> {
	const digests: Digests = {};
	for (const path of await pathsWithUndo({ ...target, paths: kubeletFiles }))
		Object.assign(digests, (await putBack({ ...target, path })).digests);
	await removeFiles({ ...target, paths: added });
	await serviceOf(target.host, "kubelet").restart();
	return { ...configurationIn(await target.host.read(kubeletFiles)), digests };
}

/** Forgets the kept configuration, once the kubelet was seen to run with the new one, or is removed. */
export async function forgetConfiguration(target: KubeletOnHost): Promise<void> {
	for (const path of await pathsWithUndo({ ...target, paths: kubeletFiles })) await forgetUndo(target.host, path);
}

/** Reads a kubelet's configuration, instance configuration and flags out of its files. An absent file counts as empty. */
export function configurationIn(files: ReadonlyMap<string, FileOnHost>) {
	const text = (path: string) => files.get(path)?.content.toString() ?? "";
	return {
		configuration: objectOf(text(paths.kubeletConfiguration)),
		instanceConfiguration: objectOf(text(paths.kubeletInstanceConfiguration)),
		flags: text(paths.kubeletFlags),
	};
}

function objectOf(text: string): Record<string, unknown> {
	try {
		return (fromYaml(text) ?? {}) as Record<string, unknown>;
	} catch {
		return { "not YAML": text };
	}
}
