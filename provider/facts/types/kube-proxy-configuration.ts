import { logging } from "./logging-configuration";
import type { Shape } from "./shape";

/** KubeProxyConfiguration v1alpha1, the same in Kubernetes 1.34 to 1.37. Source: k8s.io/kube-proxy/config/v1alpha1/types.go. */
export const kubeProxyConfigurationShape = {
	/** `kubeproxy.config.k8s.io/v1alpha1`; need not be said. */
	apiVersion: "string?",
	/** `KubeProxyConfiguration`; need not be said. */
	kind: "string?",
	/** Features of kube-proxy by name, over its own defaults. @default none */
	featureGates: "{bool}?",
	/** How kube-proxy reaches the API server. */
	clientConnection: {
		/** Path of its kubeconfig in its container. @default "/var/lib/kube-proxy/kubeconfig.conf" */
		kubeconfig: "string",
		/** Forms of answers that it takes, as an `Accept` header. @default "" (application/json) */
		acceptContentTypes: "string",
		/** Form in which its requests are written. @default "application/vnd.kubernetes.protobuf" */
		contentType: "string",
		/** Requests per second. @default 5 */
		qps: "float32",
		/** Requests that may come at once within `qps`. @default 10 */
		burst: "int",
	},
	/** How kube-proxy logs. */
	logging: logging as typeof logging,
	/** Name of the node that it runs on. @default "" (the pod's node, which kube-proxy is told by a flag) */
	hostnameOverride: "string",
	/**
	 * The node's IP address, whose family comes first; nothing listens there.
	 * @default "0.0.0.0", or "::" where the first control plane's address is IPv6
	 */
	bindAddress: "string",
	/** `address:port` of its health endpoint. @default "0.0.0.0:10256", or "[::]:10256" where bindAddress is IPv6 */
	healthzBindAddress: "string",
	/** `address:port` of its metrics. @default "127.0.0.1:10249", or "[::1]:10249" where bindAddress is IPv6 */
	metricsBindAddress: "string",
	/** Whether it ends where it can't listen at a port. @default false */
	bindAddressHardFail: "bool",
	/** Whether `/debug/pprof` is beside its metrics. @default false */
	enableProfiling: "bool",
	/** The previous minor release, whose hidden metrics are shown still: `1.36`. @default none */
	showHiddenMetricsForVersion: "string",
	/**
	 * How it makes Services: `iptables`, `ipvs` or `nftables`.
	 * @default "iptables"; before 1.37 "", which kube-proxy takes for the same
	 */
	mode: "string",
	/** Settings of the mode `iptables`. */
	iptables: {
		/** Bit of the packets' mark, from 0 to 31, that asks for source NAT; of the mode `ipvs` too. @default 14 */
		masqueradeBit: "*int",
		/** Whether all traffic to cluster IPs has source NAT; in the mode `ipvs` too. @default false */
		masqueradeAll: "bool",
		/** Whether node ports answer at 127.0.0.1. @default true */
		localhostNodePorts: "*bool",
		/** The longest time between two full passes over the rules. Duration. @default "30s" */
		syncPeriod: "duration",
		/** The shortest time between two changes of rules. Duration. @default "1s" */
		minSyncPeriod: "duration",
	},
	/** Settings of the mode `ipvs`. */
	ipvs: {
		/** The longest time between two full passes over the rules. Duration. @default "30s" */
		syncPeriod: "duration",
		/** The shortest time between two changes of rules. Duration. @default "0s" */
		minSyncPeriod: "duration",
		/** How IPVS chooses an endpoint: `rr`, `lc` and the like. @default "" (rr) */
		scheduler: "string",
		/** Addresses whose IPVS services are left alone. @default none */
		excludeCIDRs: "[string]",
		/** Whether ARP requests for Services' addresses go unanswered. @default false */
		strictARP: "bool",
		/** Time after which an idle TCP session is dropped; `0s` for the system's value. Duration. @default "0s" */
		tcpTimeout: "duration",
		/** Time after which a TCP session is dropped that has received a FIN; `0s` for the system's value. Duration. @default "0s" */
		tcpFinTimeout: "duration",
		/** Time after which an idle UDP session is dropped; `0s` for the system's value. Duration. @default "0s" */
		udpTimeout: "duration",
	},
	/** Settings of the mode `nftables`. */
	nftables: {
		/** Bit of the packets' mark, from 0 to 31, that asks for source NAT. @default 14 */
		masqueradeBit: "*int",
		/** Whether all traffic to cluster IPs has source NAT. @default false */
		masqueradeAll: "bool",
		/** The longest time between two full passes over the rules. Duration. @default "30s" */
		syncPeriod: "duration",
		/** The shortest time between two changes of rules. Duration. @default "1s" */
		minSyncPeriod: "duration",
	},
	/** Settings on Windows. */
	winkernel: {
		/** Network of its endpoints and policies. @default "" */
		networkName: "string",
		/** IP address from which NAT is made. @default "" */
		sourceVip: "string",
		/** Whether answers go back directly. @default false */
		enableDSR: "bool",
		/** Endpoint on the bridge of the host's own network. @default "" */
		rootHnsEndpointName: "string",
		/** Whether health checks of a Service's address are passed on. @default false */
		forwardHealthCheckVip: "bool",
	},
	/**
	 * How traffic of the node's own pods is told: `ClusterCIDR`, `NodeCIDR`, `BridgeInterface` or
	 * `InterfaceNamePrefix`.
	 * @default "ClusterCIDR"
	 */
	detectLocalMode: "string",
	/** Settings of the modes `BridgeInterface` and `InterfaceNamePrefix`. */
	detectLocal: {
		/** Name of the bridge, for `BridgeInterface`. @default "" */
		bridgeInterface: "string",
		/** How the interfaces' names begin, for `InterfaceNamePrefix`. @default "" */
		interfaceNamePrefix: "string",
	},
	/**
	 * Addresses of the cluster's pods, for `ClusterCIDR`: one network, or one of each family with a comma.
	 * @default networking.podSubnet
	 */
	clusterCIDR: "string",
	/**
	 * The node's addresses at which node ports answer, as networks, or `primary` for the node's own.
	 * @default all; in the mode `nftables` primary
	 */
	nodePortAddresses: "[string]",
	/** Its own OOM score adjustment, from -1000 to 1000. @default -999 */
	oomScoreAdj: "*int",
	/** What the kernel keeps of connections. */
	conntrack: {
		/** How many connections per core, at least `min`; 0 leaves the kernel's limit. @default 32768 */
		maxPerCore: "*int",
		/** The least number of connections, whatever the cores. @default 131072 */
		min: "*int",
		/** How long an idle TCP connection is kept; `0s` for the kernel's value. Duration. @default "24h" */
		tcpEstablishedTimeout: "*duration",
		/** How long a TCP connection in CLOSE_WAIT is kept; `0s` for the kernel's value. Duration. @default "1h" */
		tcpCloseWaitTimeout: "*duration",
		/** Whether TCP packets out of the window are taken. @default false */
		tcpBeLiberal: "bool",
		/** How long UDP without an answer is kept; `0s` for the kernel's. Duration. @default "0s" */
		udpTimeout: "duration",
		/** How long UDP with answers is kept; `0s` for the kernel's. Duration. @default "0s" */
		udpStreamTimeout: "duration",
	},
	/** Time between two full readings of Services and endpoints. Duration. @default "15m" */
	configSyncPeriod: "duration",
	/** Without effect. */
	portRange: "string",
	/** Whether it is a service of Windows. @default false */
	windowsRunAsService: "bool?",
} as const satisfies Shape;
