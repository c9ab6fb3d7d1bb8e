import type { Cluster, EncryptionAlgorithm } from "./cluster-spec";
import { releaseOf } from "./kubernetes-version";

/** Whether a cluster has what a feature gate of kubeadm stands for. Source: `Enabled`, cmd/kubeadm/app/features/features.go. */
export function isEnabled(cluster: Pick<Cluster, "kubernetesVersion" | "featureGates">, name: string): boolean {
	const { featureGates, graduated } = releaseOf(cluster.kubernetesVersion);
	const gate = featureGates[name];
	if (!gate) return graduated.includes(name);
	return gate.idle ? gate.default : (cluster.featureGates[name] ?? gate.default);
}

/** Kind of a cluster's keys: the old feature gate counts more than the field. Source: `EncryptionAlgorithmType`, cmd/kubeadm/app/apis/kubeadm/types.go of 1.36. */
export function encryptionAlgorithmOf(
	cluster: Pick<Cluster, "kubernetesVersion" | "featureGates" | "encryptionAlgorithm">,
): EncryptionAlgorithm {
	if (cluster.featureGates.PublicKeysECDSA === undefined) return cluster.encryptionAlgorithm;
	return isEnabled(cluster, "PublicKeysECDSA") ? "ECDSA-P256" : "RSA-2048";
}
