import { logging } from "./logging-configuration";
import type { Shape } from "./shape";

/** KubeProxyConfiguration v1alpha1, the same in Kubernetes 1.34 to 1.37. Source: k8s.io/kube-proxy/config/v1alpha1/types.go. */
export const kubeProxyConfigurationShape = {
	/** `kubeproxy.config.k8s.io/v1alpha1`. May be left out. */
	apiVersion: "string?",
	/** `KubeProxyConfiguration`. May be left out. */
	kind: "string?",
	/** kube-proxy's feature gates by name. @default none */
	featureGates: "{bool}?",
	/** Connection of kube-proxy to the API server. */
	clientConnection: {
		/** Path of kube-proxy's kubeconfig in its container. @default "/var/lib/kube-proxy/kubeconfig.conf" */
		kubeconfig: "string",
		/** Accepted content types of answers, as an `Accept` header. @default "" (application/json) */
		acceptContentTypes: "string",
		/** Content type of requests. @default "application/vnd.kubernetes.protobuf" */
		contentType: "string",
		/** Highest number of requests per second. @default 5 */
		qps: "float32",
		/** Highest number of requests in a burst, within `qps`. @default 10 */
		burst: "int",
	},
	/** Logging of kube-proxy. */
	logging: logging as typeof logging,
	/** Name of kube-proxy's node. @default "" (the pod's node, which kube-proxy is told by a flag) */
	hostnameOverride: "string",
	/**
	 * The node's IP address, whose family comes first; nothing listens there.
	 * @default "0.0.0.0", or "::" where the first control plane's address is IPv6
	 */
	bindAddress: "string",
	/** `address:port` of the health endpoint. @default "0.0.0.0:10256", or "[::]:10256" where bindAddress is IPv6 */
	healthzBindAddress: "string",
	/** `address:port` of the metrics endpoint. @default "127.0.0.1:10249", or "[::1]:10249" where bindAddress is IPv6 */
	metricsBindAddress: "string",
	/** Whether kube-proxy exits when it cannot listen on a port. @default false */
	bindAddressHardFail: "bool",
	/** Whether the metrics endpoint also offers `/debug/pprof`. @default false */
	enableProfiling: "bool",
	/** Previous minor release, whose hidden metrics are still shown: `1.36`. @default none */
	showHiddenMetricsForVersion: "string",
	/**
	 * Implementation of Services: `iptables`, `ipvs` or `nftables`.
	 * @default "iptables"; before 1.37 "", which kube-proxy takes for the same
	 */
	mode: "string",
	/** Settings of the mode `iptables`. */
	iptables: {
		/** Bit of the packet mark, from 0 to 31, that requests source NAT. The mode `ipvs` uses it too. @default 14 */
		masqueradeBit: "*int",
		/** Whether all traffic to cluster IPs gets source NAT. The mode `ipvs` uses it too. @default false */
		masqueradeAll: "bool",
		/** Whether node ports are reachable at 127.0.0.1. @default true */
		localhostNodePorts: "*bool",
		/** Longest interval between two full synchronizations of the rules. Duration. @default "30s" */
		syncPeriod: "duration",
		/** Shortest interval between two changes of the rules. Duration. @default "1s" */
		minSyncPeriod: "duration",
	},
	/** Settings of the mode `ipvs`. */
	ipvs: {
		/** Longest interval between two full synchronizations of the rules. Duration. @default "30s" */
		syncPeriod: "duration",
		/** Shortest interval between two changes of the rules. Duration. @default "0s" */
		minSyncPeriod: "duration",
		/** Scheduling method of IPVS: `rr`, `lc` and others. @default "" (rr) */
		scheduler: "string",
		/** CIDRs whose IPVS services kube-proxy leaves unchanged. @default none */
		excludeCIDRs: "[string]",
		/** Whether ARP requests for Services' addresses go unanswered. @default false */
		strictARP: "bool",
		/** Time after which an idle TCP session is dropped; `0s` for the system's value. Duration. @default "0s" */
		tcpTimeout: "duration",
		/** Time after which a TCP session that received a FIN is dropped; `0s` for the system's value. Duration. @default "0s" */
		tcpFinTimeout: "duration",
		/** Time after which an idle UDP session is dropped; `0s` for the system's value. Duration. @default "0s" */
		udpTimeout: "duration",
	},
	/** Settings of the mode `nftables`. */
	nftables: {
		/** Bit of the packet mark, from 0 to 31, that requests source NAT. @default 14 */
		masqueradeBit: "*int",
		/** Whether all traffic to cluster IPs gets source NAT. @default false */
		masqueradeAll: "bool",
		/** Longest interval between two full synchronizations of the rules. Duration. @default "30s" */
		syncPeriod: "duration",
		/** Shortest interval between two changes of the rules. Duration. @default "1s" */
		minSyncPeriod: "duration",
	},
	/** Settings on Windows. */
	winkernel: {
		/** Name of the network for endpoints and policies. @default "" */
		networkName: "string",
		/** Source IP address of NAT. @default "" */
		sourceVip: "string",
		/** Whether direct server return is used. @default false */
		enableDSR: "bool",
		/** Name of the endpoint that the bridge of the host's network is attached to. @default "" */
		rootHnsEndpointName: "string",
		/** Whether health checks of a Service's address are forwarded. @default false */
		forwardHealthCheckVip: "bool",
	},
	/**
	 * Method by which traffic of the node's own pods is recognized: `ClusterCIDR`, `NodeCIDR`, `BridgeInterface` or
	 * `InterfaceNamePrefix`.
	 * @default "ClusterCIDR"
	 */
	detectLocalMode: "string",
	/** Settings of the modes `BridgeInterface` and `InterfaceNamePrefix`. */
	detectLocal: {
		/** Name of the bridge, for `BridgeInterface`. @default "" */
		bridgeInterface: "string",
		/** Prefix of interface names, for `InterfaceNamePrefix`. @default "" */
		interfaceNamePrefix: "string",
	},
	/**
	 * Addresses of the cluster's pods, for `ClusterCIDR`: one network, or one of each family with a comma.
	 * @default networking.podSubnet
	 */
	clusterCIDR: "string",
	/**
	 * Addresses of the node on which node ports are served, as CIDRs, or `primary` for the node's own addresses.
	 * @default all; in the mode `nftables` primary
	 */
	nodePortAddresses: "[string]",
	/** OOM score adjustment of kube-proxy, from -1000 to 1000. @default -999 */
	oomScoreAdj: "*int",
	/** Connection tracking of the kernel. */
	conntrack: {
		/** Highest number of tracked connections per core, and `min` in total at least; 0 keeps the kernel's limit. @default 32768 */
		maxPerCore: "*int",
		/** Lowest total number of tracked connections, whatever the number of cores. @default 131072 */
		min: "*int",
		/** Time for which an idle TCP connection is tracked; `0s` for the kernel's value. Duration. @default "24h" */
		tcpEstablishedTimeout: "*duration",
		/** Time for which a TCP connection in CLOSE_WAIT is tracked; `0s` for the kernel's value. Duration. @default "1h" */
		tcpCloseWaitTimeout: "*duration",
		/** Whether TCP packets outside the window are accepted. @default false */
		tcpBeLiberal: "bool",
		/** Time for which a UDP flow without answers is tracked; `0s` for the kernel's value. Duration. @default "0s" */
		udpTimeout: "duration",
		/** Time for which a UDP flow with answers is tracked; `0s` for the kernel's value. Duration. @default "0s" */
		udpStreamTimeout: "duration",
	},
	/** Interval at which all Services and endpoints are read again. Duration. @default "15m" */
	configSyncPeriod: "duration",
	/** No effect. */
	portRange: "string",
	/** Whether kube-proxy runs as a Windows service. @default false */
	windowsRunAsService: "bool?",
} as const satisfies Shape;
