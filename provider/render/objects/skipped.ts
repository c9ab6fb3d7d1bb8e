import { skips } from "../../config/phases";
import { isUnknown } from "../../facts/unknown";
import type { KubernetesObject } from "../kubernetes-object";

/** Names of the objects that a phase of `kubeadm init` makes. Those of admins and the system's own come without one. */
const objectsOfPhases: Readonly<Record<string, readonly string[]>> = {
	"upload-config/kubeadm": ["kubeadm-config", "kubeadm:nodes-kubeadm-config"],
	"upload-config/kubelet": ["kubelet-config", "kubeadm:kubelet-config"],
	"bootstrap-token": [
		"cluster-info",
		"kubeadm:bootstrap-signer-clusterinfo",
		"kubeadm:get-nodes",
		"kubeadm:kubelet-bootstrap",
		"kubeadm:node-autoapprove-bootstrap",
		"kubeadm:node-autoapprove-certificate-rotation",
		"kubeadm:apiserver-kubelet-client",
	],
};

/**
 * Returns the objects without those whose phase the first control plane node skips. Objects of addons are all kept: the
 * addons' own renderers handle their phases.
 *
 * Source: cmd/kubeadm/app/cmd/phases/init/{uploadconfig,bootstraptoken}.go.
 */
export function withoutSkipped(
	objects: readonly KubernetesObject[],
	first: { skipPhases?: readonly string[] },
): KubernetesObject[] {
	const skipped = Object.entries(objectsOfPhases).flatMap(([phase, names]) => (skips(first, phase) ? names : []));
	return objects.filter((object) => isUnknown(object) || !skipped.includes(object.metadata.name));
}
