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
 * The objects without those whose phase is among the first control plane node's `skipPhases`. The addons leave out their
 * own: one that is patched may not be known yet by name.
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
