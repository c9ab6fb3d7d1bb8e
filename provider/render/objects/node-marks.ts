import { controlPlaneLabels } from "../../facts/identities";
import type { Node, Taint } from "../../spec/node";

/** What is put on a Node object that has registered. */
export interface NodeMarks {
	labels: Record<string, string>;
	annotations: Record<string, string>;
	/** Put beside those that are there. A kubelet puts them on too, but only when it first registers. */
	taints: Taint[];
}

/**
 * A node's labels, annotations and taints: the user's, and the marks of the control plane.
 *
 * Source: cmd/kubeadm/app/phases/markcontrolplane.
 */
export function nodeMarks({ role, labels, annotations, nodeRegistration }: Node): NodeMarks {
	const marks = role === "worker" ? [] : controlPlaneLabels.map((label) => [label, ""]);
	return { labels: { ...labels, ...Object.fromEntries(marks) }, annotations, taints: nodeRegistration.taints };
}
