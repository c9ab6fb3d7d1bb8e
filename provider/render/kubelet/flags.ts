import type { Cluster } from "../../config/cluster";
import { isEnabled } from "../../config/features";
import { releaseOf } from "../../config/kubernetes-version";
import type { Node, Taint } from "../../config/node";
import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { lowerCase } from "../../go/lower-case";
import { lastArg, toFlags } from "../arguments";
import { imageOf } from "../images";

/**
 * Returns the content of a node's kubeadm-flags.env. A worker's kubelet registers its node with the taints. A control
 * plane node gets its taints later, when it is marked as one.
 *
 * Source: cmd/kubeadm/app/phases/kubelet/flags.go.
 */
export function kubeletFlags(cluster: Cluster, node: Node): string {
	const { criSocket, taints, kubeletExtraArgs } = node.nodeRegistration;
	const registers = node.role === "worker" && taints.length > 0;
	const flags = toFlags(
		{
			...(isEnabled(cluster, "NodeLocalCRISocket") ? {} : { "container-runtime-endpoint": criSocket }),
			...(releaseOf(cluster.kubernetesVersion).kubeletPauseImageFlag
				? { "pod-infra-container-image": imageOf("pause", cluster) }
				: {}),
			...(registers ? { "register-with-taints": taints.map(taintText).join(",") } : {}),
			...hostnameOverride(node),
		},
		kubeletExtraArgs,
	);
	return `KUBELET_KUBEADM_ARGS=${JSON.stringify(flags.join(" "))}\n`;
}

/** `key=value:effect`, as in `kubectl taint`. */
function taintText({ key, value, effect }: Taint): string {
	if (!effect) return value ? `${key}=${value}:` : key;
	return value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
}

/** Only where the node is not named like its host; unknown as long as the host's name is. */
function hostnameOverride({ name, nodeRegistration, facts }: Node): Record<string, string> {
	const wanted = lastArg(nodeRegistration.kubeletExtraArgs, "hostname-override") ?? name;
	if (!facts || isUnknown(facts.hostname)) return { "hostname-override": UNKNOWN };
	return wanted === lowerCase(facts.hostname.trim()) ? {} : { "hostname-override": wanted };
}
