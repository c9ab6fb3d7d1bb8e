import type { Cluster } from "../../config/cluster";
import { isEnabled } from "../../config/features";
import { releaseOf } from "../../config/kubernetes-version";
import type { Node, Taint } from "../../config/node";
import { skips } from "../../config/phases";
import { controlPlaneLabels, annotations as kubeadmAnnotations } from "../../facts/identities";

/** Labels, annotations and taints for a registered Node object. */
export interface NodeMarks {
	labels: Record<string, string>;
	annotations: Record<string, string>;
	/** Put beside those that are there. A kubelet puts them on too, but only when it first registers. */
	taints: Taint[];
}

/**
 * A node's labels, annotations and taints: the user's, the marks of the control plane, and the container runtime's
 * socket where the node itself does not keep it.
 *
 * Source: cmd/kubeadm/app/phases/markcontrolplane; phases/patchnode of 1.35.
 */
export function nodeMarks(cluster: Cluster, node: Node): NodeMarks {
	const { role, labels, annotations } = node;
	const { criSocket, taints } = node.nodeRegistration;
	const isMarked = role === "control-plane" && !skips(node, "mark-control-plane");
	const marks = isMarked ? controlPlaneLabels.map((label) => [label, ""]) : [];
	const isAnnotated =
		releaseOf(cluster.kubernetesVersion).criSocketAnnotation && !isEnabled(cluster, "NodeLocalCRISocket");
	return {
		labels: { ...labels, ...Object.fromEntries(marks) },
		annotations: { ...annotations, ...(isAnnotated ? { [kubeadmAnnotations.criSocket]: criSocket } : {}) },
		taints: role === "worker" || isMarked ? taints : [],
	};
}
