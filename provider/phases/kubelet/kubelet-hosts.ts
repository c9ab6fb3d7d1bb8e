import { hasUnknowns } from "../../facts/unknown";
import type { HostReference } from "../../hosts/reach";

/** Hosts of the kubelets that the program declares, by node; `undefined` where two clusters have a node of that name. */
const hosts = new Map<string, HostReference | undefined>();

/** Remembers, for the rest of this process, the host of a node's kubelet. */
export function rememberKubelet(nodeName: string, host: HostReference): void {
	if (hasUnknowns([nodeName, host])) return;
	const isOther = hosts.has(nodeName) && hosts.get(nodeName)?.connection.host !== host.connection.host;
	hosts.set(nodeName, isOther ? undefined : host);
}

/** Nodes whose kubelet this process could not bring up. */
const failedKubelets = new Set<string>();

/** Brings a node's kubelet up, and remembers for the rest of this process where that failed. */
export async function bringingUpKubelet<T>(nodeName: string, bringUp: () => Promise<T>): Promise<T> {
	try {
		return await bringUp();
	} catch (error) {
		failedKubelets.add(nodeName);
		throw error;
	}
}

/** Whether the kubelet of a node failed in this process, so that nobody need wait for the node. */
export function hasKubeletFailed(nodeName: string): boolean {
	return failedKubelets.has(nodeName);
}

/**
 * Returns the host of a node's kubelet, for the diagnosis of a node that is not registered: a Node object is reached
 * through the control planes, and its state has no second copy of the host. `undefined` where the program declares no
 * kubelet of that node, or two.
 */
export function hostOfKubelet(nodeName: string): HostReference | undefined {
	return hosts.get(nodeName);
}
