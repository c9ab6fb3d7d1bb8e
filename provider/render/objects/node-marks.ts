import { controlPlaneLabels } from "../../facts/identities";
import type { Node, Taint } from "../../spec/node";

/** What is put on a Node object that has registered. */
export interface NodeMarks {
	labels: Record<string, string>;
	annotations: Record<string, string>;
	/** Put beside those that are there. A worker registers with its own. */
	taints: Taint[];
}

/**
 * A node's labels, annotations and taints: the user's, and the marks of the control plane.
 *
 * Source: cmd/kubeadm/app/phases/markcontrolplane.
 */
export function nodeMarks({ role, labels, annotations, nodeRegistration }: Node): NodeMarks {
	if (role === "worker") return { labels, annotations, taints: [] };
	const marks = Object.fromEntries(controlPlaneLabels.map((label) => [label, ""]));
	return { labels: { ...labels, ...marks }, annotations, taints: nodeRegistration.taints };
}
