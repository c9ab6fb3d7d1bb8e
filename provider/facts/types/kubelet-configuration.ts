import { logging } from "./logging-configuration";
import type { Shape } from "./shape";

const taint = {
	/** Name of the taint, such as `example.com/gpu`. */
	key: "string",
	/** Value of the taint. @default "" */
	value: "string?",
	/** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. */
	effect: "string",
	/** Time at which the taint was added: `2030-01-01T00:00:00Z`. @default none */
	timeAdded: "*time?",
} as const satisfies Shape;

/** KubeletConfiguration v1beta1 of Kubernetes 1.34 to 1.37. Source: k8s.io/kubelet/config/v1beta1/types.go. */
export const kubeletConfigurationShape = {
	/** `kubelet.config.k8s.io/v1beta1`. May be left out. */
	apiVersion: "string?",
	/** `KubeletConfiguration`. May be left out. */
	kind: "string?",
	/** Whether the kubelet serves HTTPS on `port`. @default true */
	enableServer: "*bool?",
	/** Path of the static pods' manifests: a folder or a file. @default "/etc/kubernetes/manifests" */
	staticPodPath: "string?",
	/** Folder for the logs of pods. @default "/var/log/pods" */
	podLogsDir: "string?",
	/** Longest interval between two comparisons of running pods with wanted pods. Duration. @default "1m" */
	syncFrequency: "duration",
	/** Interval at which `staticPodPath` is read. Duration. @default "20s" */
	fileCheckFrequency: "duration",
	/** Interval at which `staticPodURL` is requested. Duration. @default "20s" */
	httpCheckFrequency: "duration",
	/** URL of further static pods. @default none */
	staticPodURL: "string?",
	/** HTTP headers of requests to `staticPodURL`, each with a list of values. @default none */
	staticPodURLHeader: "{[string]}?",
	/** IP address on which the kubelet listens; `0.0.0.0` stands for every IPv4 address. @default "0.0.0.0" */
	address: "string?",
	/** Port of the HTTPS server, from 1 to 65535. @default 10250 */
	port: "int?",
	/** Port of a read-only server without authentication; 0 for none. @default 0 */
	readOnlyPort: "int?",
	/** Path of the serving certificate, followed by intermediate certificates. @default a self-signed certificate that the kubelet generates */
	tlsCertFile: "string?",
	/** Path of the private key of `tlsCertFile`. @default the key of the self-signed certificate */
	tlsPrivateKeyFile: "string?",
	/** Cipher suites up to TLS 1.2 that the server accepts, by Go's names. @default Go's defaults */
	tlsCipherSuites: "[string]?",
	/** Key exchanges that the server accepts, by Go's numbers (`CurveID`), in any order. @default Go's defaults */
	tlsCurvePreferences: "[int]? from 1.36",
	/** Lowest TLS version that the server accepts: `VersionTLS12` or `VersionTLS13`. @default Go's default */
	tlsMinVersion: "string?",
	/** Whether the kubelet renews its client certificate before it expires. kubeadm always sets true. @default true */
	rotateCertificates: "bool?",
	/** Whether the kubelet requests its serving certificate from the cluster. An administrator or a controller must approve the request. @default false */
	serverTLSBootstrap: "bool?",
	/** Authentication of requests to the kubelet's server. */
	authentication: {
		/** Authentication by client certificate. */
		x509: {
			/** Path of the CAs that sign client certificates. @default ca.crt in the cluster's certificatesDir */
			clientCAFile: "string?",
		},
		/** Authentication by bearer token, which the API server checks. */
		webhook: {
			/** Whether bearer tokens are accepted. @default true */
			enabled: "*bool?",
			/** Time for which the kubelet caches the API server's answer. Duration. @default "2m" */
			cacheTTL: "duration",
		},
		/** Requests without a certificate and without a token. */
		anonymous: {
			/** Whether anonymous requests are accepted, as the user `system:anonymous`. @default false */
			enabled: "*bool?",
		},
	},
	/** Authorization of requests to the kubelet's server. */
	authorization: {
		/** `Webhook` asks the API server; `AlwaysAllow` allows every authenticated request. @default "Webhook" */
		mode: "string?",
		/** Caching of the API server's answers. */
		webhook: {
			/** Time for which an answer that allows is cached. Duration. @default "5m" */
			cacheAuthorizedTTL: "duration",
			/** Time for which an answer that denies is cached. Duration. @default "30s" */
			cacheUnauthorizedTTL: "duration",
		},
	},
	/** Highest number of image pulls per second; 0 for no limit. @default 5 */
	registryPullQPS: "*int?",
	/** Highest number of image pulls in a burst, within `registryPullQPS`. @default 10 */
	registryBurst: "int?",
	/**
	 * Policy by which a pod's pull credentials are verified for an image that exists on the node: `NeverVerify`,
	 * `NeverVerifyPreloadedImages`, `NeverVerifyAllowlistedImages` or `AlwaysVerify`.
	 * @default "NeverVerifyPreloadedImages" where the gate `KubeletEnsureSecretPulledImages` is on
	 */
	imagePullCredentialsVerificationPolicy: "string?",
	/**
	 * Images without tag that `NeverVerifyAllowlistedImages` does not verify. A trailing `/*` stands for a path segment.
	 * @default none
	 */
	preloadedImagesVerificationAllowlist: "[string]?",
	/** Highest number of events created per second; 0 for no limit. @default 50 */
	eventRecordQPS: "*int?",
	/** Highest number of events in a burst, within `eventRecordQPS`. @default 100 */
	eventBurst: "int?",
	/** Whether the server offers logs, exec, attach and port forwarding. @default true */
	enableDebuggingHandlers: "*bool?",
	/** Whether lock contention is profiled. Needs `enableDebuggingHandlers`. @default false */
	enableContentionProfiling: "bool?",
	/** Port of the health endpoint; 0 for none. @default 10248 */
	healthzPort: "*int?",
	/** IP address of the health endpoint. @default "127.0.0.1" */
	healthzBindAddress: "string?",
	/** The kubelet's own OOM score adjustment, from -1000 to 1000. @default -999 */
	oomScoreAdj: "*int?",
	/** DNS domain that containers search in addition to the host's search domains. @default networking.dnsDomain */
	clusterDomain: "string?",
	/** IP addresses of the containers' DNS servers. @default the tenth address of the service subnet */
	clusterDNS: "[string]?",
	/** No effect since the kubelet no longer proxies streams. Duration. @default "4h" */
	streamingConnectionIdleTimeout: "duration",
	/** Interval at which the kubelet computes the node's status. A changed status is sent at once. Duration. @default "10s" */
	nodeStatusUpdateFrequency: "duration",
	/**
	 * Interval at which an unchanged status is sent. Duration.
	 * @default "5m"; nodeStatusUpdateFrequency where that is given
	 */
	nodeStatusReportFrequency: "duration",
	/** Duration of the node's Lease, in seconds. @default 40 */
	nodeLeaseDurationSeconds: "int?",
	/** Lowest age of an unused image before the image is removed. Duration. @default "2m" */
	imageMinimumGCAge: "duration",
	/** Longest time for which an unused image is kept; `0s` for no limit. Duration. @default "0s" */
	imageMaximumGCAge: "duration",
	/** Disk usage, in percent, at which the kubelet starts to remove unused images. @default 85 */
	imageGCHighThresholdPercent: "*int?",
	/** Disk usage, in percent, at which the kubelet stops removing images. Below `imageGCHighThresholdPercent`. @default 80 */
	imageGCLowThresholdPercent: "*int?",
	/** Interval at which disk usage of volumes is measured. Duration. @default "1m" */
	volumeStatsAggPeriod: "duration",
	/** Absolute name of the cgroup that the kubelet runs in. @default none */
	kubeletCgroups: "string?",
	/** Absolute name of a cgroup for all other processes of the host. Needs `cgroupRoot`. @default none */
	systemCgroups: "string?",
	/** Parent cgroup of all pods. @default the root cgroup */
	cgroupRoot: "string?",
	/** Whether pods are grouped into cgroups by quality of service class. @default true */
	cgroupsPerQOS: "*bool?",
	/** Cgroup driver: `systemd` or `cgroupfs`. Must equal the container runtime's. @default "systemd" */
	cgroupDriver: "string?",
	/** `none`, or `static` to give containers exclusive CPUs. @default "none" */
	cpuManagerPolicy: "string?",
	/**
	 * Whether the kernel kills only one process of a container that is out of memory, instead of all. False needs
	 * cgroup v2.
	 * @default false with cgroup v2, else true
	 */
	singleProcessOOMKill: "*bool?",
	/** Options of `cpuManagerPolicy` by name. @default none */
	cpuManagerPolicyOptions: "{string}?",
	/** Interval at which CPU assignments are reconciled. Duration. @default "10s" */
	cpuManagerReconcilePeriod: "duration",
	/** `None`, or `Static` to allocate memory from as few NUMA nodes as possible. @default "None" */
	memoryManagerPolicy: "string?",
	/**
	 * Policy by which a container's resources are aligned to NUMA nodes: `none`, `best-effort`, `restricted` or
	 * `single-numa-node`.
	 * @default "none"
	 */
	topologyManagerPolicy: "string?",
	/** Unit that is aligned to NUMA nodes: `container` or `pod`. @default "container" */
	topologyManagerScope: "string?",
	/** Options of `topologyManagerPolicy` by name. @default none */
	topologyManagerPolicyOptions: "{string}?",
	/** Percentage of `memory` that is reserved for guaranteed pods: `{ memory: "50%" }`. @default none */
	qosReserved: "{string}?",
	/** Time limit of requests to the container runtime, except pulls, logs, exec and attach. Duration. @default "2m" */
	runtimeRequestTimeout: "duration",
	/**
	 * Mode in which a pod reaches itself through its Service: `promiscuous-bridge`, `hairpin-veth` or `none`.
	 * @default "promiscuous-bridge"
	 */
	hairpinMode: "string?",
	/** Highest number of pods on the node. @default 110 */
	maxPods: "int?",
	/** CIDR for pod addresses of a standalone kubelet. In a cluster, the control plane assigns the CIDR. @default none */
	podCIDR: "string?",
	/** Highest number of processes in a pod; -1 for no limit. @default -1 */
	podPidsLimit: "*int64?",
	/**
	 * Path of the resolver configuration that containers get a copy of; `""` for none.
	 * @default that of systemd-resolved where it is active, else "/etc/resolv.conf"
	 */
	resolvConf: "*string?",
	/** Whether the kubelet starts its static pods once and exits. @default false */
	runOnce: "bool?",
	/** Whether CPU limits are enforced with CFS quotas. @default true */
	cpuCFSQuota: "*bool?",
	/** Period of the CFS quota, from `1ms` to `1s`. Needs the gate `CustomCPUCFSQuotaPeriod`. Duration. @default "100ms" */
	cpuCFSQuotaPeriod: "*duration?",
	/** Highest number of images in the Node object's status; -1 for all. @default 50 */
	nodeStatusMaxImages: "*int?",
	/** Highest number of files that the kubelet may open. @default 1000000 */
	maxOpenFiles: "int64?",
	/** Content type of requests to the API server. @default "application/vnd.kubernetes.protobuf" */
	contentType: "string?",
	/** Highest number of requests per second to the API server. @default 50 */
	kubeAPIQPS: "*int?",
	/** Highest number of requests in a burst, within `kubeAPIQPS`. @default 100 */
	kubeAPIBurst: "int?",
	/** Whether images are pulled one after the other. @default true, unless maxParallelImagePulls is above 1 */
	serializeImagePulls: "*bool?",
	/** Highest number of images that are pulled at the same time. Above 1 only where `serializeImagePulls` is not true. @default no limit */
	maxParallelImagePulls: "*int?",
	/**
	 * Thresholds at which pods are evicted immediately, by signal: `{ "memory.available": "300Mi" }`.
	 * @default memory.available 100Mi, nodefs.available 10%, nodefs.inodesFree 5%, imagefs.available 15%
	 */
	evictionHard: "{string}?",
	/** Thresholds at which pods are evicted after `evictionSoftGracePeriod`, by signal. @default none */
	evictionSoft: "{string}?",
	/** Time for which a soft threshold may be exceeded, by signal, as durations. @default none */
	evictionSoftGracePeriod: "{string}?",
	/** Time for which the node still reports pressure after the signal ended. Duration. @default "5m" */
	evictionPressureTransitionPeriod: "duration",
	/** Longest grace period of a pod in a soft eviction, in seconds. @default 0 */
	evictionMaxPodGracePeriod: "int?",
	/** Smallest amount that an eviction frees, by signal. @default none */
	evictionMinimumReclaim: "{string}?",
	/** Whether signals that are not named keep their default thresholds. False removes those thresholds. @default false */
	mergeDefaultEvictionSettings: "*bool?",
	/** Highest number of pods per core, within `maxPods`; 0 for no limit. @default 0 */
	podsPerCore: "int?",
	/** Whether the control plane attaches volumes instead of the kubelet. CSI needs true. @default true */
	enableControllerAttachDetach: "*bool?",
	/** Whether the kubelet refuses unexpected kernel settings instead of changing them. @default false */
	protectKernelDefaults: "bool?",
	/**
	 * Whether the kubelet creates the chain `KUBE-IPTABLES-HINT`, which tells other programs the iptables variant.
	 * @default true
	 */
	makeIPTablesUtilChains: "*bool?",
	/** No effect. @default 14 */
	iptablesMasqueradeBit: "*int?",
	/** No effect. @default 15 */
	iptablesDropBit: "*int?",
	/** The kubelet's feature gates by name. @default none */
	featureGates: "{bool}?",
	/** Whether the kubelet refuses to start where swap is on. @default true */
	failSwapOn: "*bool?",
	/** Use of swap by pods. */
	memorySwap: {
		/** `NoSwap`, or `LimitedSwap` for swap in proportion to requested memory. @default "NoSwap" */
		swapBehavior: "string?",
	},
	/** Size at which a container's log is rotated, as a quantity. @default "10Mi" */
	containerLogMaxSize: "string?",
	/** Highest number of log files of a container. @default 5 */
	containerLogMaxFiles: "*int?",
	/** Number of logs that are rotated at the same time. @default 1 */
	containerLogMaxWorkers: "*int?",
	/** Interval at which the sizes of logs are checked. Duration. @default "10s" */
	containerLogMonitorInterval: "*duration?",
	/**
	 * Method by which changes of ConfigMaps and Secrets are detected: `Watch`, `Cache` (expires after a time) or `Get` (on each use).
	 * @default "Watch"
	 */
	configMapAndSecretChangeDetectionStrategy: "string?",
	/** Resources reserved for the host's services: `{ cpu: "200m", memory: "150M" }`. @default none */
	systemReserved: "{string}?",
	/** Resources reserved for Kubernetes' services on the host, by name. @default none */
	kubeReserved: "{string}?",
	/**
	 * Numbers of the CPUs reserved for the host and Kubernetes: `0-3`. Replaces `cpu` in `systemReserved` and `kubeReserved`.
	 * @default none
	 */
	reservedSystemCPUs: "string?",
	/** Previous minor release, whose hidden metrics are still shown: `1.36`. @default none */
	showHiddenMetricsForVersion: "string?",
	/** Absolute name of the cgroup in which `systemReserved` is enforced. @default none */
	systemReservedCgroup: "string?",
	/** Absolute name of the cgroup in which `kubeReserved` is enforced. @default none */
	kubeReservedCgroup: "string?",
	/**
	 * Levels at which reservations are enforced: `pods`, `system-reserved`, `kube-reserved`, the last two also as
	 * `…-compressible`; or `none`.
	 * @default ["pods"]
	 */
	enforceNodeAllocatable: "[string]?",
	/** Unsafe sysctls that pods may set. A trailing `*` stands for a group. @default none */
	allowedUnsafeSysctls: "[string]?",
	/** Sysctls of every pod that does not set them itself. @default none */
	defaultPodSysctls: "{string}? from 1.37",
	/** Folder of additional volume plugins. @default "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/" */
	volumePluginDir: "string?",
	/** Identifier of the machine at its cloud provider. @default none */
	providerID: "string?",
	/** Whether the kernel notifies the kubelet of memory thresholds, instead of polling. @default false */
	kernelMemcgNotification: "bool?",
	/** Logging of the kubelet. */
	logging: logging as typeof logging,
	/** Whether the server offers `/logs/`. @default true */
	enableSystemLogHandler: "*bool?",
	/** Whether `/logs/` may be queried for the host's service logs. @default false */
	enableSystemLogQuery: "*bool?",
	/** Time for which a shutdown of the host waits for pods. Duration. @default "0s" */
	shutdownGracePeriod: "duration",
	/** Part of `shutdownGracePeriod`, at its end, that is reserved for critical pods. Duration. @default "0s" */
	shutdownGracePeriodCriticalPods: "duration",
	/** Time for which a shutdown waits for pods, by priority. Excludes `shutdownGracePeriod` and `shutdownGracePeriodCriticalPods`. @default none */
	shutdownGracePeriodByPodPriority: [
		"list?",
		{
			/** Lowest priority of the range. The range ends where the next one begins. */
			priority: "int",
			/** Time for pods of that range, in seconds. */
			shutdownGracePeriodSeconds: "int64",
		},
	],
	/** Delay before a container that keeps failing is started again. */
	crashLoopBackOff: {
		/**
		 * Longest delay between two starts, from `1s` to `300s`. Needs the gate `KubeletCrashLoopBackOffMax`.
		 * Duration.
		 * @default "5m"
		 */
		maxContainerRestartPeriod: "*duration?",
	},
	/**
	 * Memory of each NUMA node that the memory manager does not give to pods. The sum equals the memory in
	 * `systemReserved`, `kubeReserved` and `evictionHard`.
	 * @default none
	 */
	reservedMemory: [
		"list?",
		{
			/** Number of the NUMA node. */
			numaNode: "int",
			/** Amounts by `memory` or `hugepages-SIZE`, as quantities. */
			limits: "{quantity}",
		},
	],
	/** Whether the server offers `/debug/pprof/`. @default true */
	enableProfilingHandler: "*bool?",
	/** Whether the server offers `/debug/flags/v`. @default true */
	enableDebugFlagsHandler: "*bool?",
	/** Whether pods without a seccomp profile get the container runtime's default profile. @default false */
	seccompDefault: "*bool?",
	/**
	 * Fraction of a container's memory limit at which the kernel throttles the container, above 0 and up to 1. Needs the gate
	 * `MemoryQoS`.
	 * @default none; before 1.37 0.9
	 */
	memoryThrottlingFactor: "*float?",
	/**
	 * `None`, or `TieredReservation` to have the kernel protect requested memory. Needs the gate `MemoryQoS`.
	 * @default "None"
	 */
	memoryReservationPolicy: "string? from 1.36",
	/** Taints that the Node object is registered with. `nodeRegistration.taints` of a node sets them too. @default none */
	registerWithTaints: ["list?", taint],
	/** Whether the kubelet creates its Node object. @default true */
	registerNode: "*bool?",
	/** Export of OpenTelemetry traces. @default none */
	tracing: [
		"struct?",
		{
			/** `host:port` of the collector, reached without TLS. @default "localhost:4317" */
			endpoint: "*string?",
			/** Number of spans per million that are sampled. @default the caller's decision, else none */
			samplingRatePerMillion: "*int?",
		},
	],
	/** Whether requests and limits of local storage are enforced. @default true */
	localStorageCapacityIsolation: "*bool?",
	/**
	 * Socket of the container runtime. kubeadm writes the node's criSocket instead, unless the gate
	 * `NodeLocalCRISocket` is off and the socket is a flag of the kubelet.
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
			/** Number of user ids of each pod, a multiple of 65536. @default 65536 */
			idsPerPod: "*int64?",
		},
	],
} as const satisfies Shape;
