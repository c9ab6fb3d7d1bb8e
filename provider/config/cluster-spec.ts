import type { kubeProxyConfigurationShape } from "../facts/types/kube-proxy-configuration";
import type { kubeletConfigurationShape } from "../facts/types/kubelet-configuration";
import type { ValueOf } from "../facts/types/shape";
import type { Arg, ControlPlaneComponent, ControlPlaneComponentSpec, EnvVar } from "./component";

export type EncryptionAlgorithm = "RSA-2048" | "RSA-3072" | "RSA-4096" | "ECDSA-P256" | "ECDSA-P384";

/** Any part of a KubeletConfiguration v1beta1. */
export type KubeletConfiguration = ValueOf<typeof kubeletConfigurationShape>;

/** Any part of a KubeProxyConfiguration v1alpha1. */
export type KubeProxyConfiguration = ValueOf<typeof kubeProxyConfigurationShape>;

/**
 * Configuration of a cluster: the fields of kubeadm's v1beta4 `ClusterConfiguration` under their own names, and
 * beside them the component configurations that kubeadm reads from the same file.
 *
 * Source: cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go and defaults.go.
 */
export interface ClusterSpec {
	/**
	 * Kubernetes version: `1.37.2` or `v1.37.2`; `ci/v1.37.2` for a build that is not released. Labels such as `stable`, whose meaning changes over time, are refused.
	 * @default none (kubeadm: the newest of its release)
	 */
	kubernetesVersion: string;
	/** The cluster's name in kubeconfigs. @default "kubernetes" */
	clusterName?: string;
	/**
	 * `host`, `host:port` or `[ipv6]:port` by which all nodes reach the control plane.
	 * @default the API server of the first control plane node
	 */
	controlPlaneEndpoint?: string;
	/** Addresses and names of Services and pods. Source: v1beta4 `Networking`. */
	networking?: {
		/** CIDR of Services, or two CIDRs of both families with a comma. @default "10.96.0.0/12" */
		serviceSubnet?: string;
		/** CIDR of pods, or two CIDRs of both families with a comma. With a pod subnet, each node gets a CIDR for its pods. @default none */
		podSubnet?: string;
		/** DNS domain of Services. @default "cluster.local" */
		dnsDomain?: string;
	};
	/** etcd: a member on each control plane node, or an etcd cluster of your own. @default { local: {} } */
	etcd?: {
		/** Settings of the member on each control plane node. */
		local?: LocalEtcdSpec;
		/** Connection to an etcd cluster of your own, in place of members on the control plane nodes. */
		external?: ExternalEtcdSpec;
	};
	/** Flags, volumes and variables of kube-apiserver. Source: v1beta4 `APIServer`. @default {} */
	apiServer?: ControlPlaneComponentSpec & {
		/** More names and addresses for the API server's certificate. @default [] */
		certSANs?: string[];
	};
	/** Flags, volumes and variables of kube-controller-manager. @default {} */
	controllerManager?: ControlPlaneComponentSpec;
	/** Flags, volumes and variables of kube-scheduler. @default {} */
	scheduler?: ControlPlaneComponentSpec;
	/** CoreDNS. Source: v1beta4 `DNS`; `replicas` and what follows it are this package's own. */
	dns?: DnsSpec;
	/** kube-proxy. Source: v1beta4 `Proxy`. */
	proxy?: {
		/** Whether the addon is left out. @default false */
		disabled?: boolean;
	};
	/** Repository of all images. @default "registry.k8s.io" */
	imageRepository?: string;
	/** Absolute path on hosts of the folder with certificates and keys. @default "/etc/kubernetes/pki" */
	certificatesDir?: string;
	/** Algorithm of all generated keys. @default "RSA-2048" */
	encryptionAlgorithm?: EncryptionAlgorithm;
	/** Validity of certificates, as a duration such as `8760h`. @default "8760h0m0s" (one year) */
	certificateValidityPeriod?: string;
	/** Validity of CAs that are created here, as a duration such as `87600h`. @default "87600h0m0s" (ten years) */
	caCertificateValidityPeriod?: string;
	/** kubeadm's own feature gates, those that the version's kubeadm knows. Source: features/features.go. @default {} */
	featureGates?: Record<string, boolean>;
	/** Settings of all kubelets. @default {} */
	kubelet?: KubeletConfiguration;
	/** Settings of kube-proxy. @default {} */
	kubeProxy?: KubeProxyConfiguration;
	/**
	 * URL of the API server for the kubelets of workers, as `https://host:port`. A control plane's kubelet uses its own
	 * API server, and admin.conf does so too where this field is set.
	 * @default `controlPlaneEndpoint`, else the first control plane node
	 */
	kubeletServer?: string;
	/**
	 * URL of the API server for kube-proxy, as `https://host:port`.
	 * @default what the nodes use: `controlPlaneEndpoint`, else the first control plane node
	 */
	kubeProxyServer?: string;
	/**
	 * Whether the key of the cluster's CA is kept elsewhere, so that no controller of the cluster signs certificates. kubeadm
	 * recognizes an external CA by the absence of ca.key.
	 * @default false; a `Cluster` derives the value from its `authorities`
	 */
	externalCA?: boolean;
	/**
	 * Whether files have tighter modes and owners than kubeadm gives them: the kubelet's configuration and its unit's
	 * drop-in mode 0600, and etcd's data folder the owner `etcd`, for whom a user and a group are made. With the feature
	 * gate RootlessControlPlane etcd's own user keeps the folder.
	 * @default false
	 */
	restrictedFiles?: boolean;
	/**
	 * `http_proxy` and the like for the control plane and kube-proxy. kubeadm takes them from its own environment.
	 * @default []
	 */
	proxyEnvs?: { name: string; value: string }[];
}

/** Repository and tag of an image that is not released with Kubernetes. */
export interface ImageSpec {
	/** Repository of the image. @default the cluster's `imageRepository` */
	imageRepository?: string;
	/** Tag of the image. @default the tag that belongs to the Kubernetes version */
	imageTag?: string;
}

/**
 * CoreDNS. A field from `replicas` on that a program does not set begins with kubeadm's value and is left alone
 * afterwards: what a person changes there in the API stays.
 */
export interface DnsSpec extends ImageSpec {
	/** Whether the addon is left out. @default false */
	disabled?: boolean;
	/** Number of pods. @default 2, as kubeadm has it */
	replicas?: number;
	/** The whole Corefile. @default kubeadm's, with the cluster's `networking.dnsDomain` */
	corefile?: string;
	/** Limits and requests of the container, by resource: `{ limits: { memory: "300Mi" } }`. @default kubeadm's */
	resources?: { limits?: Record<string, string | number>; requests?: Record<string, string | number> };
	/** Tolerations of the pods, in place of kubeadm's. @default those for critical addons and control planes */
	tolerations?: Toleration[];
	/** Labels of the nodes that the pods may run on, in place of kubeadm's. @default { "kubernetes.io/os": "linux" } */
	nodeSelector?: Record<string, string>;
}

/** A toleration of a pod. Source: core/v1 `Toleration`. */
export interface Toleration {
	/** Key of the taint. @default every key */
	key?: string;
	/** "Exists" or "Equal". @default "Equal" */
	operator?: string;
	/** Value of the taint, for "Equal". @default "" */
	value?: string;
	/** "NoSchedule", "PreferNoSchedule" or "NoExecute". @default every effect */
	effect?: string;
	/** How long a "NoExecute" taint is tolerated, in seconds. @default without end */
	tolerationSeconds?: number;
}

/** An etcd member on each control plane node. Source: v1beta4 `LocalEtcd`. */
export interface LocalEtcdSpec extends ImageSpec {
	/** Absolute path on the host of the member's data. @default "/var/lib/etcd" */
	dataDir?: string;
	/** Flags of etcd, which replace those of the same name. @default [] */
	extraArgs?: Arg[];
	/** Variables of etcd's container. @default [] */
	extraEnvs?: EnvVar[];
	/** More names and addresses for the server certificate. @default [] */
	serverCertSANs?: string[];
	/** More names and addresses for the peer certificate. @default [] */
	peerCertSANs?: string[];
}

/** An etcd cluster that stands by itself. Its certificates are files on the control plane hosts. Source: v1beta4 `ExternalEtcd`. */
export interface ExternalEtcdSpec {
	/** Client URLs of the members. */
	endpoints: string[];
	/** URLs at which the members answer HTTP (`/metrics`, `/health`), from Kubernetes 1.35 on. @default endpoints */
	httpEndpoints?: string[];
	/** Absolute path on the host of the CA's certificate. @default none (no TLS) */
	caFile?: string;
	/** Absolute path on the host of the client certificate. @default none */
	certFile?: string;
	/** Absolute path on the host of the client key. @default none */
	keyFile?: string;
}

/** An external etcd with kubeadm's defaults. A file of Kubernetes 1.34 need not name endpoints. */
export type ExternalEtcd = Partial<ExternalEtcdSpec>;

/** The part of a cluster that decides whether the cluster has etcd members of its own. */
export interface EtcdOf {
	etcd?: { external?: object };
}

/** A cluster with every default filled in. */
export interface Cluster {
	/** Version with a leading `v`: `v1.37.2`. */
	kubernetesVersion: string;
	/** Whether the version is an unreleased build, written as `ci/v1.37.2`. */
	isCI?: true;
	clusterName: string;
	controlPlaneEndpoint?: string;
	networking: { serviceSubnet: string; podSubnet?: string; dnsDomain: string };
	/** Settings of etcd. With `external`, the cluster has no members of its own, and `local` has no effect. */
	etcd: { local: LocalEtcdSpec & Required<Omit<LocalEtcdSpec, keyof ImageSpec>>; external?: ExternalEtcd };
	apiServer: ControlPlaneComponent & { certSANs: string[] };
	controllerManager: ControlPlaneComponent;
	scheduler: ControlPlaneComponent;
	dns: DnsSpec & { disabled: boolean };
	proxy: { disabled: boolean };
	imageRepository: string;
	certificatesDir: string;
	encryptionAlgorithm: EncryptionAlgorithm;
	certificateValidityPeriod: string;
	caCertificateValidityPeriod: string;
	featureGates: Record<string, boolean>;
	/** Settings as the user gave them. Defaults are filled in when the configuration is rendered. */
	kubelet?: KubeletConfiguration;
	/** Settings as the user gave them. Defaults are filled in when the configuration is rendered. */
	kubeProxy?: KubeProxyConfiguration;
	kubeletServer?: string;
	kubeProxyServer?: string;
	externalCA?: boolean;
	restrictedFiles?: boolean;
	proxyEnvs: { name: string; value: string }[];
}
