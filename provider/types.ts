// Every type that a public class, argument or function refers to, so that programs can name it.
export type { BootstrapTokenSpec, BootstrapTokenUsage } from "./config/bootstrap-token";
export type {
	ClusterSpec,
	DnsSpec,
	EncryptionAlgorithm,
	ExternalEtcdSpec,
	ImageSpec,
	KubeletConfiguration,
	KubeProxyConfiguration,
	LocalEtcdSpec,
	Toleration,
} from "./config/cluster-spec";
export type { Arg, ControlPlaneComponentSpec, EnvVar, HostPathMount, KeySelector } from "./config/component";
export type { LocalProxySpec, VirtualIPSpec } from "./config/endpoint-choice";
export type { AuditSpec, EncryptionSpec, HardeningSpec, TlsSpec } from "./config/hardening";
export type { KubeadmConfig } from "./config/kubeadm";
export type { Documents } from "./config/kubeadm/convert";
export type { Kind } from "./config/kubeadm/kinds";
export type { PatchesDirectories } from "./config/kubeadm/kubeadm-config";
export type { Note } from "./config/kubeadm/note";
export type {
	APIEndpoint,
	Discovery,
	HostFacts,
	NodeRole,
	NodeSpec,
	Patch,
	PatchType,
	Taint,
	Timeouts,
} from "./config/node-spec";
export type {
	BinarySpec,
	ContainerdBinaries,
	ContainerdSpec,
	KubernetesBinaries,
	KubernetesPackages,
	KubernetesPackagesSpec,
	PreparationSpec,
	PreparedRole,
	RegistrySpec,
} from "./config/preparation";
export type { RolloutSpec } from "./config/rollout";
export type { Digests } from "./hosts/placement/place";
export type { ConnectionArgs, ProxyConnectionArgs } from "./hosts/ssh/connection";
export type { GoneNode } from "./lifecycle/machine-guards";
export type { ApiServer } from "./render/balancer/haproxy";
export type { KubeconfigName } from "./render/kubeconfig";
export type { ByAuthority, CaName, CertificateName, CertificateRequest } from "./render/pki/certificates";
export type { EtcdMembers } from "./render/static-pods/pod";
export type { FileAccess } from "./render/static-pods/rootless";
export type { ProgramArgs, ProgramTypes } from "./resources/inputs";
