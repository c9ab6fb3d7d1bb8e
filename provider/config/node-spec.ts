import type { KubeletConfiguration } from "./cluster-spec";
import type { Arg } from "./component";

export type NodeRole = "control-plane" | "worker";

/** Address and port of an API server. Source: v1beta4 `APIEndpoint`. */
export interface APIEndpoint {
	/** IP address at which other nodes reach this node's API server and etcd. @default the address of the host's default route */
	advertiseAddress: string;
	/** Port of the API server, from 1 to 65535. @default 6443 */
	bindPort: number;
}

/** A taint: keeps pods without a matching toleration off a node. */
export interface Taint {
	/** Key of the taint: `example.org/dedicated`. */
	key: string;
	/** Value of the taint. @default "" */
	value?: string;
	/** Effect on pods that do not tolerate the taint. */
	effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
	/** Time at which the taint was added, as `2030-01-01T00:00:00Z`. @default none */
	timeAdded?: string;
}

/** Facts of a host, which are read once. */
export interface HostFacts {
	hostname: string;
	/** The address of the interface that has the default route, IPv4 before IPv6; empty where there is none. */
	defaultRouteAddress: string;
	/** Address of the interface with the IPv6 default route, if another interface has the IPv4 default route. `::` stands for this address. */
	defaultRouteIPv6Address?: string;
	/** First address of the loopback device that is not a loopback address, if one exists. `127.0.0.1` stands for this address. */
	loopbackAddress?: string;
	/** `/run/systemd/resolve/resolv.conf` where systemd-resolved is active, else absent. */
	resolvConf?: string;
	cgroupVersion: 1 | 2;
	/** Cgroup driver of the container runtime; absent where the runtime does not tell. */
	cgroupDriver?: "systemd" | "cgroupfs";
	machineId: string;
	/** Existing directories among `caCertificateDirectories` (facts/paths). */
	caCertificateDirectories: string[];
	/** Ids of the users and groups of `componentUsers` (facts/identities), once they are made. */
	componentUsers?: { users: Record<string, number>; groups: Record<string, number> };
}

/** Limits of waits, as durations. Source: v1beta4 `Timeouts`. */
export interface Timeouts {
	/** Limit until a control plane component is healthy. Also sets the component's startup probe. @default "4m0s" */
	controlPlaneComponentHealthCheck: string;
	/** Limit until the kubelet is healthy. @default "4m0s" */
	kubeletHealthCheck: string;
	/** Limit for repeating a request while the API is away. `Addon`, `BootstrapToken` and `ClusterReady`, which know no node, take the default. @default "1m0s" */
	kubernetesAPICall: string;
	/** No effect here, kept for kubeadm's own files: etcd's health check has the limit of every component. @default "2m0s" */
	etcdAPICall: string;
	/** Limit until a worker has its certificate and a node is registered. @default "5m0s" */
	tlsBootstrap: string;
	/** Limit until a node has discovered its cluster's CA and endpoint. @default "5m0s" */
	discovery: string;
	/** No effect here, kept for kubeadm's own files: a changed manifest has the limit `controlPlaneComponentHealthCheck`. @default "5m0s" */
	upgradeManifests: string;
}

/** Type of a patch, as in `kubectl patch --type`. */
export type PatchType = "strategic" | "merge" | "json";

/** A change to a rendered file or object. Source: cmd/kubeadm/app/util/patches/patches.go. */
export interface Patch {
	/** Target of the patch: `kube-apiserver`, `etcd`, `kubeletconfiguration`, `corednsdeployment` … */
	target: string;
	/** Type of the patch. @default "strategic" */
	type?: PatchType;
	/** Content of the patch: a text of one or several YAML or JSON documents, or an object, or for `json` a list of operations. */
	patch: string | object;
}

/** Discovery of the cluster by a node that joins: by a token or by a file. Source: v1beta4 `Discovery`. */
export interface Discovery {
	/** Discovery by the public ConfigMap cluster-info. */
	bootstrapToken?: {
		/** The token by which cluster-info is read and verified: `id.secret`. */
		token: string;
		/** `host:port` of an API server that has cluster-info. @default none */
		apiServerEndpoint?: string;
		/** Hashes (`sha256:…`) of accepted CA public keys. @default none */
		caCertHashes?: string[];
		/** Whether any CA is accepted without verification. @default false */
		unsafeSkipCAVerification?: boolean;
	};
	/** A kubeconfig that names the cluster: a path on the host, or an https address. */
	file?: {
		/** A path on the host, or an https address. */
		kubeConfigPath: string;
	};
	/** Token with which the kubelet requests its certificate. Secret. @default the token of `bootstrapToken` */
	tlsBootstrapToken?: string;
}

/**
 * Configuration of a node: the fields of kubeadm's v1beta4 `InitConfiguration` and `JoinConfiguration` that
 * describe a node.
 */
export interface NodeSpec {
	/** Name of the Node object. @default the host's name in lower case */
	name?: string;
	/** Address and port of this node's API server (control plane). @default the default route's address, port 6443 */
	localAPIEndpoint?: Partial<APIEndpoint>;
	/** The API server that this node uses in a cluster without controlPlaneEndpoint. @default the node's own API server (control plane) */
	apiServer?: Partial<APIEndpoint>;
	/** Registration of the Node object, and the kubelet's flags. Source: v1beta4 `NodeRegistrationOptions`. */
	nodeRegistration?: {
		/** Socket of the container runtime: `unix:///path/to.sock`, or the path. @default "unix:///var/run/containerd/containerd.sock" */
		criSocket?: string;
		/** Taints that the Node object is registered with; `[]` for none. @default NoSchedule for the control plane on control plane nodes, else none */
		taints?: Taint[];
		/** Flags of the kubelet, which replace kubeadm's of the same name. @default [] */
		kubeletExtraArgs?: Arg[];
		/** Pull policy of the control plane's images, which are pulled before they are needed. @default "IfNotPresent" */
		imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
		/** Whether images are pulled one after the other. @default true */
		imagePullSerial?: boolean;
		/** Names of preflight checks whose errors become warnings; `all` for all checks. @default [] */
		ignorePreflightErrors?: string[];
	};
	/** Changes to what is rendered for this node, in kubeadm's order. @default [] */
	patches?: Patch[];
	/** Phases of kubeadm that are skipped: `addon/kube-proxy`. Source: cmd/init.go, cmd/join.go. @default [] */
	skipPhases?: string[];
	/** Discovery of the cluster by a worker that joins without an `api`. */
	discovery?: Discovery;
	/** Path of a worker's copy of the cluster's CA certificate: absolute, ends with `.crt`. @default ca.crt in the cluster's certificatesDir */
	caCertPath?: string;
	/** Labels of the Node object. @default {} */
	labels?: Record<string, string>;
	/** Annotations of the Node object. @default {} */
	annotations?: Record<string, string>;
	/** Kubelet settings of this node alone, over the cluster's. @default {} */
	kubelet?: KubeletConfiguration;
	/** Time limits of waits. @default the defaults of each field */
	timeouts?: Partial<Timeouts>;
	/** Facts of the host. Values that depend on facts are unknown until the facts are. */
	facts?: HostFacts;
}

/** A node with every default filled in. */
export interface Node {
	role: NodeRole;
	name: string;
	localAPIEndpoint: APIEndpoint;
	apiServer: APIEndpoint;
	nodeRegistration: {
		criSocket: string;
		taints: Taint[];
		kubeletExtraArgs: Arg[];
		imagePullPolicy: "Always" | "IfNotPresent" | "Never";
		imagePullSerial: boolean;
		ignorePreflightErrors: string[];
	};
	patches: Patch[];
	skipPhases: string[];
	discovery?: Discovery;
	caCertPath?: string;
	labels: Record<string, string>;
	annotations: Record<string, string>;
	kubelet: KubeletConfiguration;
	timeouts: Timeouts;
	facts?: HostFacts;
}
