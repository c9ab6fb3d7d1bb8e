import { logging } from "./logging-configuration";
import type { Shape } from "./shape";

const taint = {
	/** Its name. */
	key: "string",
	/** Its value. @default "" */
	value: "string?",
	/** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. */
	effect: "string",
	/** When it was put on: `2030-01-01T00:00:00Z`. @default not said */
	timeAdded: "*time?",
} as const satisfies Shape;

/** KubeletConfiguration v1beta1 of Kubernetes 1.34 to 1.37. Source: k8s.io/kubelet/config/v1beta1/types.go. */
export const kubeletConfigurationShape = {
	/** `kubelet.config.k8s.io/v1beta1`; need not be said. */
	apiVersion: "string?",
	/** `KubeletConfiguration`; need not be said. */
	kind: "string?",
	/** Whether the kubelet serves HTTPS on `port`. @default true */
	enableServer: "*bool?",
	/** Folder, or file, of static pods. @default "/etc/kubernetes/manifests" */
	staticPodPath: "string?",
	/** Folder of the pods' logs. @default "/var/log/pods" */
	podLogsDir: "string?",
	/** The longest time between two looks at what runs and what should. Duration. @default "1m" */
	syncFrequency: "duration",
	/** Time between two looks into `staticPodPath`. Duration. @default "20s" */
	fileCheckFrequency: "duration",
	/** Time between two requests to `staticPodURL`. Duration. @default "20s" */
	httpCheckFrequency: "duration",
	/** URL from which more static pods are read. @default none */
	staticPodURL: "string?",
	/** HTTP headers of these requests, each with its values. @default none */
	staticPodURLHeader: "{[string]}?",
	/** IP address to listen at; `0.0.0.0` is every IPv4 one. @default "0.0.0.0" */
	address: "string?",
	/** Port of the HTTPS server, from 1 to 65535. @default 10250 */
	port: "int?",
	/** Port of a server that asks nobody who he is; 0 for none. @default 0 */
	readOnlyPort: "int?",
	/** Path of the serving certificate, intermediate ones after it. @default a self-signed one, made by the kubelet */
	tlsCertFile: "string?",
	/** Path of the key of `tlsCertFile`. @default that of the self-signed certificate */
	tlsPrivateKeyFile: "string?",
	/** Cipher suites up to TLS 1.2 that the server takes, by Go's names. @default Go's own */
	tlsCipherSuites: "[string]?",
	/** Key exchanges that the server takes, by Go's numbers (`CurveID`), in any order. @default Go's own */
	tlsCurvePreferences: "[int]? from 1.36",
	/** The lowest TLS version that the server takes: `VersionTLS12`, `VersionTLS13`. @default Go's own */
	tlsMinVersion: "string?",
	/** Whether the kubelet renews its client certificate in time. Always true, as kubeadm has it. @default true */
	rotateCertificates: "bool?",
	/** Whether the serving certificate is asked for from the cluster, where somebody has to approve it. @default false */
	serverTLSBootstrap: "bool?",
	/** Who may be known to the kubelet's server. */
	authentication: {
		/** By client certificates. */
		x509: {
			/** Path of the CAs that sign them. @default ca.crt in the cluster's certificatesDir */
			clientCAFile: "string?",
		},
		/** By bearer tokens, of which the API server is asked. */
		webhook: {
			/** Whether it is done. @default true */
			enabled: "*bool?",
			/** How long an answer holds. Duration. @default "2m" */
			cacheTTL: "duration",
		},
		/** Without either. */
		anonymous: {
			/** Whether such requests are taken, as of `system:anonymous`. @default false */
			enabled: "*bool?",
		},
	},
	/** What those known may do. */
	authorization: {
		/** `Webhook` asks the API server; `AlwaysAllow` asks nobody. @default "Webhook" */
		mode: "string?",
		/** How long the API server's answers hold. */
		webhook: {
			/** For a yes. Duration. @default "5m" */
			cacheAuthorizedTTL: "duration",
			/** For a no. Duration. @default "30s" */
			cacheUnauthorizedTTL: "duration",
		},
	},
	/** Image pulls per second at most; 0 for no limit. @default 5 */
	registryPullQPS: "*int?",
	/** Image pulls that may come at once within `registryPullQPS`. @default 10 */
	registryBurst: "int?",
	/**
	 * When a pod's pull credentials are asked for although the image is there already: `NeverVerify`,
	 * `NeverVerifyPreloadedImages`, `NeverVerifyAllowlistedImages` or `AlwaysVerify`.
	 * @default "NeverVerifyPreloadedImages" where the gate `KubeletEnsureSecretPulledImages` is on
	 */
	imagePullCredentialsVerificationPolicy: "string?",
	/**
	 * Images, without tag, that `NeverVerifyAllowlistedImages` lets pass; `/*` at the end stands for a path segment.
	 * @default none
	 */
	preloadedImagesVerificationAllowlist: "[string]?",
	/** Events per second that are made at most; 0 for no limit. @default 50 */
	eventRecordQPS: "*int?",
	/** Events that may come at once within `eventRecordQPS`. @default 100 */
	eventBurst: "int?",
	/** Whether the server has logs, exec, attach and port forwarding. @default true */
	enableDebuggingHandlers: "*bool?",
	/** Whether waits for locks are profiled, where `enableDebuggingHandlers` is true. @default false */
	enableContentionProfiling: "bool?",
	/** Port of the health endpoint; 0 for none. @default 10248 */
	healthzPort: "*int?",
	/** IP address of the health endpoint. @default "127.0.0.1" */
	healthzBindAddress: "string?",
	/** The kubelet's own OOM score adjustment, from -1000 to 1000. @default -999 */
	oomScoreAdj: "*int?",
	/** DNS domain that containers search beside the host's. @default networking.dnsDomain */
	clusterDomain: "string?",
	/** IP addresses of the DNS servers that containers ask. @default the tenth address of the service subnet */
	clusterDNS: "[string]?",
	/** Without effect; once the end of an idle exec or attach. Duration. @default "4h" */
	streamingConnectionIdleTimeout: "duration",
	/** Time between two looks at whether the node's status changed, which is then sent. Duration. @default "10s" */
	nodeStatusUpdateFrequency: "duration",
	/**
	 * Time after which an unchanged status is sent too. Duration.
	 * @default "5m"; nodeStatusUpdateFrequency where that is given
	 */
	nodeStatusReportFrequency: "duration",
	/** How long the node's Lease lasts, in seconds. @default 40 */
	nodeLeaseDurationSeconds: "int?",
	/** How old an unused image is at least before it is removed. Duration. @default "2m" */
	imageMinimumGCAge: "duration",
	/** How long an image may be unused before it is removed; `0s` for ever. Duration. @default "0s" */
	imageMaximumGCAge: "duration",
	/** Percent of the disk in use at which unused images are removed. @default 85 */
	imageGCHighThresholdPercent: "*int?",
	/** Percent of the disk in use down to which they are removed; below the high one. @default 80 */
	imageGCLowThresholdPercent: "*int?",
	/** Time between two measurements of the volumes' disk use. Duration. @default "1m" */
	volumeStatsAggPeriod: "duration",
	/** Cgroup, by its absolute name, that the kubelet puts itself into. @default none */
	kubeletCgroups: "string?",
	/** Cgroup for all other processes of the host; only beside `cgroupRoot`. @default none */
	systemCgroups: "string?",
	/** Cgroup below which all pods are. @default the root */
	cgroupRoot: "string?",
	/** Whether pods are in cgroups by their quality of service. @default true */
	cgroupsPerQOS: "*bool?",
	/** `systemd` or `cgroupfs`: the container runtime's. @default "systemd" */
	cgroupDriver: "string?",
	/** `none`, or `static` for CPUs that containers have for themselves. @default "none" */
	cpuManagerPolicy: "string?",
	/**
	 * Whether the kernel kills one process of a container that is out of memory and not all; false only with cgroup
	 * v2.
	 * @default false with cgroup v2, else true
	 */
	singleProcessOOMKill: "*bool?",
	/** Options of `cpuManagerPolicy` by name. @default none */
	cpuManagerPolicyOptions: "{string}?",
	/** Time between two looks at whether containers have their CPUs. Duration. @default "10s" */
	cpuManagerReconcilePeriod: "duration",
	/** `None`, or `Static` for memory of as few NUMA nodes as possible. @default "None" */
	memoryManagerPolicy: "string?",
	/**
	 * How NUMA nodes are matched for a container's resources: `none`, `best-effort`, `restricted` or
	 * `single-numa-node`.
	 * @default "none"
	 */
	topologyManagerPolicy: "string?",
	/** What they are matched for: a `container`, or a whole `pod`. @default "container" */
	topologyManagerScope: "string?",
	/** Options of `topologyManagerPolicy` by name. @default none */
	topologyManagerPolicyOptions: "{string}?",
	/** Percent of `memory` that is kept for guaranteed pods: `{ memory: "50%" }`. @default none */
	qosReserved: "{string}?",
	/** Limit of a request to the container runtime, but for pulls, logs, exec and attach. Duration. @default "2m" */
	runtimeRequestTimeout: "duration",
	/**
	 * How a pod reaches itself through its Service: `promiscuous-bridge`, `hairpin-veth` or `none`.
	 * @default "promiscuous-bridge"
	 */
	hairpinMode: "string?",
	/** How many pods the node takes at most. @default 110 */
	maxPods: "int?",
	/** Addresses of pods where there is no cluster; else the cluster says it. @default none */
	podCIDR: "string?",
	/** How many processes a pod has at most; -1 for no limit. @default -1 */
	podPidsLimit: "*int64?",
	/**
	 * Resolver file from which those of containers are made; `""` for none.
	 * @default that of systemd-resolved where it is active, else "/etc/resolv.conf"
	 */
	resolvConf: "*string?",
	/** Whether the kubelet starts what it finds once and ends. @default false */
	runOnce: "bool?",
	/** Whether CPU limits are held by the kernel's quota. @default true */
	cpuCFSQuota: "*bool?",
	/** Period of that quota, from `1ms` to `1s`; needs the gate `CustomCPUCFSQuotaPeriod`. Duration. @default "100ms" */
	cpuCFSQuotaPeriod: "*duration?",
	/** How many images the Node object names at most; -1 for all. @default 50 */
	nodeStatusMaxImages: "*int?",
	/** How many files the kubelet opens at most. @default 1000000 */
	maxOpenFiles: "int64?",
	/** Form in which requests to the API server are written. @default "application/vnd.kubernetes.protobuf" */
	contentType: "string?",
	/** Requests per second to the API server. @default 50 */
	kubeAPIQPS: "*int?",
	/** Requests that may come at once within `kubeAPIQPS`. @default 100 */
	kubeAPIBurst: "int?",
	/** Whether images are pulled one after the other. @default true, unless maxParallelImagePulls is above 1 */
	serializeImagePulls: "*bool?",
	/** How many images are pulled at a time; above 1 only where `serializeImagePulls` is not true. @default no limit */
	maxParallelImagePulls: "*int?",
	/**
	 * Thresholds at which pods are evicted at once, by signal: `{ "memory.available": "300Mi" }`.
	 * @default memory.available 100Mi, nodefs.available 10%, nodefs.inodesFree 5%, imagefs.available 15%
	 */
	evictionHard: "{string}?",
	/** Thresholds at which pods are evicted after `evictionSoftGracePeriod`, by signal. @default none */
	evictionSoft: "{string}?",
	/** How long each soft threshold may be passed, by signal, as durations. @default none */
	evictionSoftGracePeriod: "{string}?",
	/** How long the node stays under pressure after the signal has gone. Duration. @default "5m" */
	evictionPressureTransitionPeriod: "duration",
	/** The longest grace period of a pod in a soft eviction, in seconds. @default 0 */
	evictionMaxPodGracePeriod: "int?",
	/** How much an eviction frees at least, by signal. @default none */
	evictionMinimumReclaim: "{string}?",
	/** Whether the default thresholds hold for signals that are not named; else these have none. @default false */
	mergeDefaultEvictionSettings: "*bool?",
	/** How many pods the node takes per core, within `maxPods`; 0 for no limit. @default 0 */
	podsPerCore: "int?",
	/** Whether the control plane attaches volumes and not the kubelet; CSI needs it. @default true */
	enableControllerAttachDetach: "*bool?",
	/** Whether the kubelet refuses kernel settings that it does not expect, and does not set them itself. @default false */
	protectKernelDefaults: "bool?",
	/**
	 * Whether the kubelet makes the chain `KUBE-IPTABLES-HINT`, from which others tell the kind of iptables.
	 * @default true
	 */
	makeIPTablesUtilChains: "*bool?",
	/** Without effect. @default 14 */
	iptablesMasqueradeBit: "*int?",
	/** Without effect. @default 15 */
	iptablesDropBit: "*int?",
	/** Features of the kubelet by name, over its own defaults. @default none */
	featureGates: "{bool}?",
	/** Whether the kubelet refuses to start where swap is on. @default true */
	failSwapOn: "*bool?",
	/** What pods may do with swap. */
	memorySwap: {
		/** `NoSwap`, or `LimitedSwap` in proportion to requested memory. @default "NoSwap" */
		swapBehavior: "string?",
	},
	/** Size at which a container's log is rotated, as a quantity. @default "10Mi" */
	containerLogMaxSize: "string?",
	/** How many log files a container has at most. @default 5 */
	containerLogMaxFiles: "*int?",
	/** How many logs are rotated at a time. @default 1 */
	containerLogMaxWorkers: "*int?",
	/** Time between two looks at the logs' sizes. Duration. @default "10s" */
	containerLogMonitorInterval: "*duration?",
	/**
	 * How changed ConfigMaps and Secrets are noticed: `Watch`, `Cache` (after a time) or `Get` (asked each time).
	 * @default "Watch"
	 */
	configMapAndSecretChangeDetectionStrategy: "string?",
	/** What is kept for the host's services, by resource: `{ cpu: "200m", memory: "150M" }`. @default none */
	systemReserved: "{string}?",
	/** What is kept for Kubernetes' own services on the host, by resource. @default none */
	kubeReserved: "{string}?",
	/**
	 * CPUs, by number, that are kept for the host and Kubernetes: `0-3`. In place of the cpu of the two above.
	 * @default none
	 */
	reservedSystemCPUs: "string?",
	/** The previous minor release, whose hidden metrics are shown still: `1.36`. @default none */
	showHiddenMetricsForVersion: "string?",
	/** Cgroup, by its absolute name, in which `systemReserved` is enforced. @default none */
	systemReservedCgroup: "string?",
	/** Cgroup, by its absolute name, in which `kubeReserved` is enforced. @default none */
	kubeReservedCgroup: "string?",
	/**
	 * Where reservations are enforced: `pods`, `system-reserved`, `kube-reserved`, the last two also as
	 * `…-compressible`; or `none`.
	 * @default ["pods"]
	 */
	enforceNodeAllocatable: "[string]?",
	/** Unsafe sysctls that pods may set, `*` at the end for all of a group. @default none */
	allowedUnsafeSysctls: "[string]?",
	/** Sysctls of every pod that does not say otherwise. @default none */
	defaultPodSysctls: "{string}? from 1.37",
	/** Folder of volume plugins of one's own. @default "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/" */
	volumePluginDir: "string?",
	/** The machine's name with its cloud. @default none */
	providerID: "string?",
	/** Whether the kernel tells of memory thresholds, and the kubelet need not ask. @default false */
	kernelMemcgNotification: "bool?",
	/** How the kubelet logs. */
	logging: logging as typeof logging,
	/** Whether the server has `/logs/`. @default true */
	enableSystemLogHandler: "*bool?",
	/** Whether the host's logs may be searched there. @default false */
	enableSystemLogQuery: "*bool?",
	/** How long a shutdown of the host waits for pods. Duration. @default "0s" */
	shutdownGracePeriod: "duration",
	/** The part of it that is for critical pods, at its end. Duration. @default "0s" */
	shutdownGracePeriodCriticalPods: "duration",
	/** How long a shutdown waits for pods of each priority; not beside the two above. @default none */
	shutdownGracePeriodByPodPriority: [
		"list?",
		{
			/** The lowest priority that the row is for, up to that of the next. */
			priority: "int",
			/** How long these pods have, in seconds. */
			shutdownGracePeriodSeconds: "int64",
		},
	],
	/** How long a container that fails again and again stays down. */
	crashLoopBackOff: {
		/**
		 * The longest time between two starts, from `1s` to `300s`; needs the gate `KubeletCrashLoopBackOffMax`.
		 * Duration.
		 * @default "5m"
		 */
		maxContainerRestartPeriod: "*duration?",
	},
	/**
	 * Memory of each NUMA node that the memory manager does not give to pods; together what is reserved above and by
	 * `evictionHard`.
	 * @default none
	 */
	reservedMemory: [
		"list?",
		{
			/** Number of the NUMA node. */
			numaNode: "int",
			/** How much, by `memory` or `hugepages-SIZE`, as quantities. */
			limits: "{quantity}",
		},
	],
	/** Whether the server has `/debug/pprof/`. @default true */
	enableProfilingHandler: "*bool?",
	/** Whether the server has `/debug/flags/v`. @default true */
	enableDebugFlagsHandler: "*bool?",
	/** Whether pods have the runtime's seccomp profile unless they say otherwise. @default false */
	seccompDefault: "*bool?",
	/**
	 * Part of a container's memory limit at which the kernel slows it down, above 0 and up to 1; needs the gate
	 * `MemoryQoS`.
	 * @default none; before 1.37 0.9
	 */
	memoryThrottlingFactor: "*float?",
	/**
	 * `None`, or `TieredReservation` for requested memory that the kernel keeps; needs the gate `MemoryQoS`.
	 * @default "None"
	 */
	memoryReservationPolicy: "string? from 1.36",
	/** Taints of the Node object as it registers; a node's nodeRegistration.taints say them too. @default none */
	registerWithTaints: ["list?", taint],
	/** Whether the kubelet makes its Node object. @default true */
	registerNode: "*bool?",
	/** Where traces of the kubelet go, by OpenTelemetry. @default none */
	tracing: [
		"struct?",
		{
			/** `host:port` of the collector, reached without TLS. @default "localhost:4317" */
			endpoint: "*string?",
			/** How many of a million spans are kept. @default as the caller's; else none */
			samplingRatePerMillion: "*int?",
		},
	],
	/** Whether requests and limits of local storage are held. @default true */
	localStorageCapacityIsolation: "*bool?",
	/**
	 * Socket of the container runtime. That of the node's criSocket instead, but where it is a flag of the kubelet
	 * (gate `NodeLocalCRISocket` off).
	 * @default the node's criSocket
	 */
	containerRuntimeEndpoint: "string",
	/** Socket of the image service. @default containerRuntimeEndpoint */
	imageServiceEndpoint: "string?",
	/** Whether the kubelet refuses to start with cgroup v1. @default true; before 1.35 false */
	failCgroupV1: "*bool?",
	/** User namespaces of pods. */
	userNamespaces: [
		"struct?",
		{
			/** How many ids each pod has, a multiple of 65536. @default 65536 */
			idsPerPod: "*int64?",
		},
	],
} as const satisfies Shape;
