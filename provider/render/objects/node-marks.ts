import type { Cluster } from "../../config/cluster";
import { isEnabled } from "../../config/features";
import { releaseOf } from "../../config/kubernetes-version";
import type { Node, Taint } from "../../config/node";
import { skips } from "../../config/phases";
import { controlPlaneLabels, annotations as kubeadmAnnotations } from "../../facts/identities";

/** Labels, annotations and taints to set on a registered Node object. */
export interface NodeMarks {
	/** Labels by key. */
	labels: Record<string, string>;
	/** Annotations by key. */
	annotations: Record<string, string>;
	/**
	 * Taints to add to the node's existing taints. The kubelet sets them too, but only when it first registers the
	 * node.
	 */
	taints: Taint[];
}

/**
 * Returns a node's labels, annotations and taints. Labels: the user's, and on a control plane those of kubeadm.
 * Annotations: the user's, and up to 1.35 the container runtime's socket where the gate NodeLocalCRISocket is off. Taints:
 * `nodeRegistration.taints`, whose default on a control plane is kubeadm's taint. A control plane that skips
 * `mark-control-plane` gets neither kubeadm's labels nor any taint.
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
