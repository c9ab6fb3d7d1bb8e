import type { NodeRole } from "../../config/node";
import type { Host } from "../../hosts/host";
import type { Digests } from "../../hosts/placement/place";
import type { HostReference } from "../../hosts/reach";
import { status } from "../../hosts/status";
import type { KubeletFiles } from "../../render/components";
import type { Patience } from "../components/component";
import { kubelet as component } from "../components/kubelet";
import type { FoundCluster } from "../discovery/discover";
import { type DiscoveringKubelet, joinByDiscovery } from "../discovery/join";
import { bootstrap, startWithCertificate } from "./credentials";

/** A kubelet's host, and the resource and the node that the kubelet belongs to. */
export interface KubeletTarget {
	host: Host;
	owner: string;
	nodeName: string;
	/** SHA-256 of each file as the state has it, by path. */
	stateDigests?: Digests;
}

/** Files of a kubelet, and how long it may take to become healthy. */
export interface KubeletRun extends KubeletFiles {
	/** Limit in seconds. */
	timeouts: { kubeletHealthCheck: number };
}

/** Files, credentials and cluster of a kubelet. */
export interface KubeletSettings extends KubeletFiles, DiscoveringKubelet {
	/** Reference to the kubelet's host. */
	host: HostReference;
	role: NodeRole;
}

/** What a started kubelet has. */
export interface StartedKubelet {
	/** SHA-256 of each placed file, by path. */
	digests: Digests;
	/** The cluster that the kubelet discovered. Absent without discovery. */
	discoveredCluster?: FoundCluster;
}

/**
 * Places a kubelet's files and credentials, starts the kubelet, and waits until it is healthy.
 * @param known the cluster that an earlier join discovered
 * @throws WaitError where the kubelet is not healthy within `timeouts.kubeletHealthCheck`
 */
export async function bringUpKubelet(
	target: KubeletTarget,
	settings: KubeletSettings,
	known?: FoundCluster,
): Promise<StartedKubelet> {
	const start = async () => {
		const digests = await component.save(target, settings);
		await component.run(target, settings, patienceOf(settings));
		return digests;
	};
	if (settings.discovery) {
		const joining = { target, reference: settings.host, inputs: settings, start, known };
		const { digests, found } = await joinByDiscovery(joining);
		return { digests, discoveredCluster: found };
	}
	const join = settings.role === "worker" ? bootstrap : startWithCertificate;
	return { digests: await join(target, settings, start) };
}

/** How long a kubelet may take to become healthy. */
export function patienceOf({ timeouts }: Pick<KubeletRun, "timeouts">): Patience {
	return { timeoutSeconds: timeouts.kubeletHealthCheck, onStatus: status };
}
