import type { Host } from "../../hosts/host";
import { editedFiles } from "../../hosts/placement/place";
import { serviceOf } from "../../hosts/service";
import type { KubeletSettings } from "./bring-up";
import { nodeInApi } from "./node";

/** Status of a kubelet that runs as it was placed. */
export const RUNNING = "running";

/** Status of a kubelet whose node is not registered, or not known to be. */
export const NO_NODE = "its node is not known to be registered";

/** Status of the kubelet: "running", or how it differs from what was placed, its node included. */
export async function kubeletStatus(host: Host, settings: KubeletSettings, paths: string[]): Promise<string> {
	const onHost = await kubeletOnHost(host, paths);
	if (onHost !== RUNNING) return onHost;
	const node = await nodeOfKubelet(settings);
	// The API of a control plane returns only after its kubelet, so an API that does not answer proves nothing there.
	const forgotten = node === "missing" || (node === "not asked" && settings.role === "worker");
	return forgotten ? NO_NODE : RUNNING;
}

/** Status of the kubelet on its host alone: "running", or how it differs from what was placed. */
export async function kubeletOnHost(host: Host, paths: string[]): Promise<string> {
	const filesOnHost = await host.read(paths);
	const missing = paths.filter((path) => !filesOnHost.has(path));
	if (missing.length > 0) return `${missing.join(", ")}: missing`;
	const changed = await editedFiles(host, paths);
	if (changed.length > 0) return `${changed.join(", ")}: edited`;
	const state = await serviceOf(host, "kubelet").activeState();
	return state === "active" ? RUNNING : state;
}

/**
 * Asks the API whether it has a kubelet's node: through a control plane's administrator, else with the kubelet's own
 * kubeconfig.
 */
export function nodeOfKubelet(settings: KubeletSettings): ReturnType<typeof nodeInApi> {
	const asItself = settings.discovery && !settings.controlPlanes;
	return nodeInApi(asItself ? { ...settings, kubeconfigs: [settings.kubeconfigPath] } : settings);
}
