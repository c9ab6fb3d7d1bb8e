import { UNKNOWN } from "../../facts/unknown";
import type { Cluster } from "../../spec/cluster";
import type { Node, Taint } from "../../spec/node";
import { lastArg, toFlags } from "../arguments";

/**
 * Content of a node's kubeadm-flags.env. A worker registers itself with its taints; a control plane node gets them when
 * it is marked as one.
 *
 * Source: cmd/kubeadm/app/phases/kubelet/flags.go.
 */
export function kubeletFlags(_cluster: Cluster, node: Node): string {
	const { taints, kubeletExtraArgs } = node.nodeRegistration;
	const registers = node.role === "worker" && taints.length > 0;
	const flags = toFlags(
		{
			...(registers ? { "register-with-taints": taints.map(taintText).join(",") } : {}),
			...hostnameOverride(node),
		},
		kubeletExtraArgs,
	);
	return `KUBELET_KUBEADM_ARGS=${JSON.stringify(flags.join(" "))}\n`;
}

/** `key=value:effect`, as in `kubectl taint`. */
function taintText({ key, value, effect }: Taint): string {
	return value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
}

/** Only where the node is not named like its host; unknown as long as the host's name is. */
function hostnameOverride({ name, nodeRegistration, facts }: Node): Record<string, string> {
	const wanted = lastArg(nodeRegistration.kubeletExtraArgs, "hostname-override") ?? name;
	if (!facts) return { "hostname-override": UNKNOWN };
	return wanted === facts.hostname.trim().toLowerCase() ? {} : { "hostname-override": wanted };
}
