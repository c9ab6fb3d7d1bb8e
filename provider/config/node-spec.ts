import type { KubeletConfiguration } from "./cluster-spec";
import type { Arg } from "./component";

export type NodeRole = "control-plane" | "worker";

/** Where an API server listens. Source: v1beta4 `APIEndpoint`. */
export interface APIEndpoint {
	/** An IP address that other nodes reach: the API server listens and is reached there, and etcd with it. @default that of the host's default route */
	advertiseAddress: string;
	/** Its port, from 1 to 65535. @default 6443 */
	bindPort: number;
}

/** A mark on a node that keeps pods away which do not tolerate it. */
export interface Taint {
	/** Its name. */
	key: string;
	/** Its value. @default "" */
	value?: string;
	/** What becomes of pods that do not tolerate it. */
	effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
	/** When it was put on, as `2030-01-01T00:00:00Z`. @default not said */
	timeAdded?: string;
}

/** What is read once from a host. */
export interface HostFacts {
	hostname: string;
	/** The address of the interface that has the default route, IPv4 before IPv6; empty where there is none. */
	defaultRouteAddress: string;
	/** That of the interface that has the IPv6 default route, where it is another one: what `::` stands for. */
	defaultRouteIPv6Address?: string;
	/** The first address of the loopback device that others may reach, if there is one: what `127.0.0.1` stands for. */
	loopbackAddress?: string;
	/** `/run/systemd/resolve/resolv.conf` where systemd-resolved is active, else absent. */
	resolvConf?: string;
	cgroupVersion: 1 | 2;
	/** What the container runtime uses, if it tells. */
	cgroupDriver?: "systemd" | "cgroupfs";
	machineId: string;
	/** Those of `caCertificateDirectories` (facts/paths) that exist. */
	caCertificateDirectories: string[];
	/** Ids of the users and groups of `componentUsers` (facts/identities), once they are made. */
	componentUsers?: { users: Record<string, number>; groups: Record<string, number> };
}

/** Limits of waits, as durations. Source: v1beta4 `Timeouts`. */
export interface Timeouts {
	/** Until a control plane component is healthy; sets its startup probe too. @default "4m0s" */
	controlPlaneComponentHealthCheck: string;
	/** Until the kubelet is healthy. @default "4m0s" */
	kubeletHealthCheck: string;
	/** How long a request is tried while the API is away. `Addon`, `BootstrapToken` and `ClusterReady`, which know no node, take the default. @default "1m0s" */
	kubernetesAPICall: string;
	/** For kubeadm's files only: etcd is asked for its health, as every component. @default "2m0s" */
	etcdAPICall: string;
	/** Until a worker has its certificate, and a node is registered. @default "5m0s" */
	tlsBootstrap: string;
	/** Until a node that discovers its cluster has been told its CA and endpoint. @default "5m0s" */
	discovery: string;
	/** For kubeadm's files only: a changed manifest has `controlPlaneComponentHealthCheck`. @default "5m0s" */
	upgradeManifests: string;
}

/** How a patch is applied. */
export type PatchType = "strategic" | "merge" | "json";

/** One change to a rendered file or object. Source: cmd/kubeadm/app/util/patches/patches.go. */
export interface Patch {
	/** `kube-apiserver`, `etcd`, `kubeletconfiguration`, `corednsdeployment` … */
	target: string;
	/** @default "strategic" */
	type?: PatchType;
	/** YAML or JSON, one or several documents; or the object, or for `json` the list of operations, itself. */
	patch: string | object;
}

/** How a node that joins learns of its cluster: by a token or by a file. Source: v1beta4 `Discovery`. */
export interface Discovery {
	/** By the cluster's public cluster-info. */
	bootstrapToken?: {
		/** The token by which cluster-info is read and verified: `id.secret`. */
		token: string;
		/** `host:port` of an API server that has cluster-info. @default none */
		apiServerEndpoint?: string;
		/** `sha256:…` of public keys, of which the CA's is one. @default none */
		caCertHashes?: string[];
		/** Whether any CA is taken. @default false */
		unsafeSkipCAVerification?: boolean;
	};
	/** A kubeconfig that names the cluster: a path on the host, or an https address. */
	file?: {
		/** A path on the host, or an https address. */
		kubeConfigPath: string;
	};
	/** The token with which the kubelet asks for its certificate. @default that of `bootstrapToken` */
	tlsBootstrapToken?: string;
}

/**
 * What a user says about a node: the fields of kubeadm's v1beta4 `InitConfiguration` and `JoinConfiguration` that
 * describe a node.
 */
export interface NodeSpec {
	/** Name of the Node object. @default the host's name in lower case */
	name?: string;
	/** Where this node's API server listens (control plane). @default the default route's address, port 6443 */
	localAPIEndpoint?: Partial<APIEndpoint>;
	/** The API server that this node uses in a cluster without controlPlaneEndpoint. @default its own (control plane) */
	apiServer?: Partial<APIEndpoint>;
	/** What the node registers with, and its kubelet's flags. Source: v1beta4 `NodeRegistrationOptions`. */
	nodeRegistration?: {
		/** Where the container runtime listens: `unix:///path/to.sock`, or the path. @default "unix:///var/run/containerd/containerd.sock" */
		criSocket?: string;
		/** Put on the Node object as it registers; `[]` for none. @default NoSchedule for the control plane on control plane nodes, else none */
		taints?: Taint[];
		/** Flags of the kubelet, which replace kubeadm's of the same name. @default [] */
		kubeletExtraArgs?: Arg[];
		/** When the control plane's images are pulled, before they are needed. @default "IfNotPresent" */
		imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
		/** One after the other. @default true */
		imagePullSerial?: boolean;
		/** Names of preflight checks whose errors are shown as warnings; `all` for all. @default [] */
		ignorePreflightErrors?: string[];
	};
	/** Changes to what is rendered for this node, in kubeadm's order. @default [] */
	patches?: Patch[];
	/** kubeadm's phases that are not to be run: `addon/kube-proxy`. Source: cmd/init.go, cmd/join.go. @default [] */
	skipPhases?: string[];
	/** How a worker that joins without an `api` learns of its cluster. */
	discovery?: Discovery;
	/** Where a worker's copy of the cluster's CA is placed: an absolute path. @default ca.crt in the cluster's certificatesDir */
	caCertPath?: string;
	/** Labels of the Node object. @default {} */
	labels?: Record<string, string>;
	/** Annotations of the Node object. @default {} */
	annotations?: Record<string, string>;
	/** Kubelet settings of this node alone, over the cluster's. @default {} */
	kubelet?: KubeletConfiguration;
	/** Limits of waits. @default those of `Timeouts` */
	timeouts?: Partial<Timeouts>;
	/** What the host says. Until it is known, what depends on it is unknown. */
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
