import type { ClusterSpec } from "./cluster-spec";

/** Fields that a cluster of etcd alone has as a Kubernetes cluster has them. */
export const etcdClusterFields = [
	"kubernetesVersion",
	"imageRepository",
	"certificatesDir",
	"encryptionAlgorithm",
	"certificateValidityPeriod",
	"caCertificateValidityPeriod",
	"kubelet",
] as const satisfies readonly (keyof ClusterSpec)[];
