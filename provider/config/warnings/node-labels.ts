import type { Problem } from "../problems";
import { type Configured, userFlags } from "./warn";

/**
 * Labels of `--node-labels` that the kubelet refuses to set on its own node: it does not start with one.
 *
 * Source: `ValidateKubeletFlags`, cmd/kubelet/app/options/options.go; k8s.io/kubelet/pkg/apis/well_known_labels.go.
 */
export function kubeletLabels(configured: Configured): Problem[] {
	return userFlags(configured).flatMap(({ component, name, value, path }) => {
		if (component !== "kubelet" || name !== "node-labels") return [];
		const keys = value.split(",").map((label) => label.split("=")[0]!.trim());
		const refused = keys.filter((key) => isKubernetesLabel(key) && !isKubeletLabel(key));
		if (refused.length === 0) return [];
		const message = `the kubelet does not start with the label ${refused.join(", ")}, which it may not give its own node; put it into the node's \`labels\`, or use \`kubectl label node\``;
		return [{ path: `${path}.value`, message }];
	});
}

const kubernetesNamespaces = ["kubernetes.io", "k8s.io"];

const kubeletNamespaces = ["kubelet.kubernetes.io", "node.kubernetes.io"];

const kubeletKeys: readonly string[] = [
	"kubernetes.io/hostname",
	"topology.kubernetes.io/zone",
	"topology.kubernetes.io/region",
	"failure-domain.beta.kubernetes.io/zone",
	"failure-domain.beta.kubernetes.io/region",
	"beta.kubernetes.io/instance-type",
	"node.kubernetes.io/instance-type",
	"kubernetes.io/os",
	"kubernetes.io/arch",
	"beta.kubernetes.io/os",
	"beta.kubernetes.io/arch",
];

function isKubernetesLabel(key: string): boolean {
	return isInside(namespaceOf(key), kubernetesNamespaces);
}

function isKubeletLabel(key: string): boolean {
	return kubeletKeys.includes(key) || isInside(namespaceOf(key), kubeletNamespaces);
}

function isInside(namespace: string, domains: readonly string[]): boolean {
	return domains.some((domain) => namespace === domain || namespace.endsWith(`.${domain}`));
}

function namespaceOf(key: string): string {
	return key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
}
