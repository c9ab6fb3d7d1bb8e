import type { Cluster, EncryptionAlgorithm } from "./cluster-spec";
import { releaseOf } from "./kubernetes-version";

/** Whether a feature of kubeadm is on in a cluster, by its gate or by its release. Source: `Enabled`, cmd/kubeadm/app/features/features.go. */
export function isEnabled(cluster: Pick<Cluster, "kubernetesVersion" | "featureGates">, name: string): boolean {
	const { featureGates, graduated } = releaseOf(cluster.kubernetesVersion);
	const gate = featureGates[name];
	if (!gate) return graduated.includes(name);
	return gate.idle ? gate.default : (cluster.featureGates[name] ?? gate.default);
}

/** Returns the algorithm of a cluster's keys. The old feature gate takes precedence over the field. Source: `EncryptionAlgorithmType`, cmd/kubeadm/app/apis/kubeadm/types.go of 1.36. */
export function encryptionAlgorithmOf(
	cluster: Pick<Cluster, "kubernetesVersion" | "featureGates" | "encryptionAlgorithm">,
): EncryptionAlgorithm {
	if (cluster.featureGates.PublicKeysECDSA === undefined) return cluster.encryptionAlgorithm;
	return isEnabled(cluster, "PublicKeysECDSA") ? "ECDSA-P256" : "RSA-2048";
}
