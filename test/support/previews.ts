/** A change of a cluster's program: what the preview shows, and what `up` does. */
export interface Change {
	/** The field's path in the program. */
	field: string;
	/** New values, merged into the program's arguments; list items are appended. */
	says: { cluster?: object; controlPlane?: object; worker?: object };
	/** The resources that the preview shows, each with the inputs that change. */
	shows: Record<string, string[]>;
	/** @default none */
	files?: string[];
	/** @default none */
	objects?: string[];
	/** Containers and kubelets that restart or end. @default none */
	restarts?: string[];
	/** A remark for the page. */
	note?: string;
}

const upload = (map: "kubeadm-config" | "kubelet-config") => ({
	"update ConfigurationUpload configuration": [
		`objects[ConfigMap kube-system/${map}].data.${map === "kubeadm-config" ? "ClusterConfiguration" : "kubelet"}`,
	],
});
const manifest = (name: string, ...paths: string[]) => ({
	[`update StaticPodManifest cp-1-${name}`]: paths.map((path) => `manifest.${path}`),
});
const command = (name: string) => manifest(name, `spec.containers[${name}].command`);
const manifestFile = (name: string) => `cp-1 /etc/kubernetes/manifests/${name}.yaml`;
const kubeadmConfig = ["ConfigMap kube-system/kubeadm-config"];
const kubelet = (node: string, ...paths: string[]) => ({ [`update Kubelet ${node}-kubelet`]: paths });
const registration = (node: string, ...paths: string[]) => ({ [`update NodeRegistration ${node}-node`]: paths });
const controlPlaneTaint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };
const pods = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
const arg = (name: string, value: string) => ({ name, value });
const pair = (file: string) => ["crt", "key"].map((kind) => `cp-1 /etc/kubernetes/pki/${file}.${kind}`);

const dnsObjects = [
	"ClusterRole system:coredns",
	"ClusterRoleBinding system:coredns",
	"ConfigMap kube-system/coredns",
	"Deployment kube-system/coredns",
	"Service kube-system/kube-dns",
	"ServiceAccount kube-system/coredns",
];
const proxyObjects = [
	"ClusterRoleBinding kubeadm:node-proxier",
	"ConfigMap kube-system/kube-proxy",
	"DaemonSet kube-system/kube-proxy",
	"Role kube-system/kube-proxy",
	"RoleBinding kube-system/kube-proxy",
	"ServiceAccount kube-system/kube-proxy",
];

/** Images by name, each with a second tag that the hosts must have. */
export const otherTag = { etcd: "3.7.0-0-other", "coredns/coredns": "v1.14.6-other" } as const;

/** Names that must resolve to the API server's address on the hosts. */
export const names = ["cluster.example.org", "api.example.org"] as const;

const podAnnotations = "objects[DaemonSet kube-system/kube-proxy].spec.template.metadata.annotations";
/** What changes in kube-proxy's objects with one of its configuration's texts, and the pods that restart by it. */
const kubeProxyChange = (text: string, annotation = podAnnotations) => [
	`objects[ConfigMap kube-system/kube-proxy].data.${text}`,
	annotation,
];
/** The annotation of pods whose configuration has changed before. */
const configurationDigest = `${podAnnotations}.pulumi-kubeadm/configuration-digest`;
const kubeProxyObjects = ["ConfigMap kube-system/kube-proxy", "DaemonSet kube-system/kube-proxy"];
const kubeProxies = ["cp-1 kube-proxy", "worker-1 kube-proxy"];

/** One change for each kind of field. Each change is applied on top of the changes before it. */
export const changes: Change[] = [
	{
		field: "node.drainTimeoutSeconds",
		says: { worker: { drainTimeoutSeconds: 60 } },
		shows: registration("worker-1", "drainTimeoutSeconds"),
	},
	{
		field: "node.timeouts.kubernetesAPICall",
		says: { worker: { timeouts: { kubernetesAPICall: "2m" } } },
		shows: { ...kubelet("worker-1", "kubernetesAPICall"), ...registration("worker-1", "kubernetesAPICall") },
	},
	{
		field: "node.timeouts.kubeletHealthCheck",
		says: { worker: { timeouts: { kubeletHealthCheck: "3m" } } },
		shows: kubelet("worker-1", "timeouts.kubeletHealthCheck"),
	},
	{
		field: "node.nodeRegistration.ignorePreflightErrors",
		says: { controlPlane: { nodeRegistration: { ignorePreflightErrors: ["Mem"] } } },
		shows: {},
		note: "used only before a host becomes a node",
	},
	{
		field: "node.nodeRegistration.imagePullPolicy",
		says: { controlPlane: { nodeRegistration: { imagePullPolicy: "Never" } } },
		shows: { "update Preflight cp-1-preflight": ["imagePullPolicy"] },
		note: "used for the next images that are pulled",
	},
	{
		field: "node.nodeRegistration.imagePullSerial",
		says: { controlPlane: { nodeRegistration: { imagePullSerial: false } } },
		shows: {},
		note: "used for the next images that are pulled",
	},
	{
		field: "node.labels",
		says: { worker: { labels: { "example.org/rack": "a1" } } },
		shows: registration("worker-1", "labels.example.org/rack"),
		objects: ["Node worker-1"],
	},
	{
		field: "node.annotations",
		says: { worker: { annotations: { "example.org/owner": "web" } } },
		shows: registration("worker-1", "annotations.example.org/owner"),
		objects: ["Node worker-1"],
	},
	{
		field: "node.nodeRegistration.taints, of a control plane",
		says: {
			controlPlane: {
				nodeRegistration: { taints: [controlPlaneTaint, { key: "example.org/quiet", effect: "PreferNoSchedule" }] },
			},
		},
		shows: registration("cp-1", "taints[example.org/quiet]"),
		objects: ["Node cp-1"],
	},
	{
		field: "node.nodeRegistration.taints, of a worker",
		says: { worker: { nodeRegistration: { taints: [{ key: "example.org/web", effect: "PreferNoSchedule" }] } } },
		shows: { ...kubelet("worker-1", "flags"), ...registration("worker-1", "taints[example.org/web]") },
		files: ["worker-1 /var/lib/kubelet/kubeadm-flags.env"],
		objects: ["Node worker-1"],
		restarts: ["worker-1 kubelet"],
	},
	{
		field: "node.nodeRegistration.kubeletExtraArgs",
		says: { worker: { nodeRegistration: { kubeletExtraArgs: [arg("v", "1")] } } },
		shows: kubelet("worker-1", "flags"),
		files: ["worker-1 /var/lib/kubelet/kubeadm-flags.env"],
		restarts: ["worker-1 kubelet"],
	},
	{
		field: "node.kubelet",
		says: { worker: { kubelet: { maxPods: 90 } } },
		shows: kubelet("worker-1", "configuration.maxPods"),
		files: ["worker-1 /var/lib/kubelet/config.yaml"],
		restarts: ["worker-1 kubelet"],
	},
	{
		field: "kubelet",
		says: { cluster: { kubelet: { podsPerCore: 40 } } },
		shows: {
			...kubelet("cp-1", "configuration.podsPerCore"),
			...kubelet("worker-1", "configuration.podsPerCore"),
			...upload("kubelet-config"),
		},
		files: ["cp-1 /var/lib/kubelet/config.yaml", "worker-1 /var/lib/kubelet/config.yaml"],
		objects: ["ConfigMap kube-system/kubelet-config"],
		restarts: ["cp-1 kubelet", "worker-1 kubelet"],
	},
	{
		field: "node.patches, for kubeletconfiguration",
		says: { worker: { patches: [{ target: "kubeletconfiguration", type: "merge", patch: { maxOpenFiles: 900000 } }] } },
		shows: kubelet("worker-1", "configuration.maxOpenFiles"),
		files: ["worker-1 /var/lib/kubelet/config.yaml"],
		restarts: ["worker-1 kubelet"],
	},
	{
		field: "bootstrapTokens",
		says: { cluster: { bootstrapTokens: [{ token: "abcdef.0123456789abcdef" }] } },
		shows: { "create BootstrapToken bootstrap-token-0": [] },
		objects: ["Secret kube-system/bootstrap-token-ID"],
		note: "the cluster's own controller adds a signature by the token to kube-public/cluster-info",
	},
	{
		field: "scheduler.extraArgs",
		says: { cluster: { scheduler: { extraArgs: [arg("v", "1")] } } },
		shows: { ...command("kube-scheduler"), ...upload("kubeadm-config") },
		files: [manifestFile("kube-scheduler")],
		objects: kubeadmConfig,
		restarts: ["cp-1 kube-scheduler"],
	},
	{
		field: "controllerManager.extraArgs",
		says: { cluster: { controllerManager: { extraArgs: [arg("v", "1")] } } },
		shows: { ...command("kube-controller-manager"), ...upload("kubeadm-config") },
		files: [manifestFile("kube-controller-manager")],
		objects: kubeadmConfig,
		restarts: ["cp-1 kube-controller-manager"],
	},
	{
		field: "node.patches, for a static pod",
		says: {
			controlPlane: {
				patches: [{ target: "kube-scheduler", patch: { metadata: { annotations: { "example.org/owner": "ops" } } } }],
			},
		},
		shows: manifest("kube-scheduler", "metadata.annotations"),
		files: [manifestFile("kube-scheduler")],
		restarts: ["cp-1 kube-scheduler"],
	},
	{
		field: "apiServer.extraArgs",
		says: { cluster: { apiServer: { extraArgs: [arg("v", "1")] } } },
		shows: { ...command("kube-apiserver"), ...upload("kubeadm-config") },
		files: [manifestFile("kube-apiserver")],
		objects: kubeadmConfig,
		restarts: ["cp-1 kube-apiserver"],
	},
	{
		field: "apiServer.extraEnvs",
		says: { cluster: { apiServer: { extraEnvs: [arg("GOGC", "90")] } } },
		shows: { ...manifest("kube-apiserver", "spec.containers[kube-apiserver].env"), ...upload("kubeadm-config") },
		files: [manifestFile("kube-apiserver")],
		objects: kubeadmConfig,
		restarts: ["cp-1 kube-apiserver"],
	},
	{
		field: "apiServer.extraVolumes",
		says: {
			cluster: {
				apiServer: { extraVolumes: [{ name: "logs", hostPath: "/var/log", mountPath: "/host-logs", readOnly: true }] },
			},
		},
		shows: {
			...manifest("kube-apiserver", "spec.containers[kube-apiserver].volumeMounts[logs]", "spec.volumes[logs]"),
			...upload("kubeadm-config"),
		},
		files: [manifestFile("kube-apiserver")],
		objects: kubeadmConfig,
		restarts: ["cp-1 kube-apiserver"],
	},
	{
		field: "apiServer.certSANs",
		says: { cluster: { apiServer: { certSANs: [names[1]] } } },
		shows: {
			"update Certificate cp-1-apiserver": ["request.sans"],
			"update Gate cp-1-gate": ["credentials.apiserver"],
			...upload("kubeadm-config"),
		},
		files: pair("apiserver"),
		objects: kubeadmConfig,
		restarts: [],
		note: "the API server takes the new certificate up by itself, within about a minute; `up` waits until the port shows it",
	},
	{
		field: "controlPlaneEndpoint",
		says: { cluster: { controlPlaneEndpoint: `${names[0]}:6443` } },
		shows: {
			"update Certificate cp-1-apiserver": ["request.sans"],
			"update Kubeconfig cp-1-admin.conf": ["subject.server"],
			"update Kubeconfig super-admin.conf": ["subject.server"],
			"update Kubeconfig kubeconfig": ["subject.server"],
			"update Gate cp-1-gate": ["credentials.admin.conf", "credentials.apiserver"],
			"update Preflight cp-1-preflight": ["endpointName"],
			"update ClusterAccess access": ["objects[ConfigMap kube-public/cluster-info].data.kubeconfig"],
			"update KubeProxy kube-proxy": kubeProxyChange("kubeconfig.conf"),
			...kubelet("worker-1", "preflight.families", "subject.server"),
			...upload("kubeadm-config"),
		},
		files: [
			...pair("apiserver"),
			"cp-1 /etc/kubernetes/admin.conf",
			"cp-1 /etc/kubernetes/super-admin.conf",
			"worker-1 /etc/kubernetes/kubelet.conf",
		],
		objects: [...kubeadmConfig, "ConfigMap kube-public/cluster-info", ...kubeProxyObjects],
		restarts: ["worker-1 kubelet", ...kubeProxies],
		note: "the new name must already resolve to the API server",
	},
	{
		field: "etcd.local.extraArgs",
		says: { cluster: { etcd: { local: { extraArgs: [arg("snapshot-count", "20000")] } } } },
		shows: { ...command("etcd"), ...upload("kubeadm-config") },
		files: [manifestFile("etcd")],
		objects: kubeadmConfig,
		restarts: ["cp-1 etcd"],
	},
	{
		field: "etcd.local.serverCertSANs",
		says: { cluster: { etcd: { local: { serverCertSANs: ["etcd.example.org"] } } } },
		shows: {
			"update Certificate cp-1-etcd-server": ["request.sans"],
			"update Gate cp-1-gate": ["credentials.etcd-server"],
			...upload("kubeadm-config"),
		},
		files: pair("etcd/server"),
		objects: kubeadmConfig,
		restarts: [],
		note: "etcd takes the new certificate up by itself",
	},
	{
		field: "node.timeouts.controlPlaneComponentHealthCheck",
		says: { controlPlane: { timeouts: { controlPlaneComponentHealthCheck: "5m" } } },
		shows: {
			...Object.assign({}, ...pods.map((name) => startup(name))),
			"update Gate cp-1-gate": ["timeoutSeconds"],
		},
		files: pods.map(manifestFile),
		restarts: pods.map((name) => `cp-1 ${name}`),
		note: "sets the limit of the startup probes",
	},
	{
		field: "kubeProxy",
		says: { cluster: { kubeProxy: { logging: { flushFrequency: "6s" } } } },
		shows: { "update KubeProxy kube-proxy": kubeProxyChange("config.conf", configurationDigest) },
		objects: kubeProxyObjects,
		restarts: kubeProxies,
		note: "kube-proxy's pods restart, as they read it when they start",
	},
	{
		field: "kubeProxyServer",
		says: { cluster: { kubeProxyServer: `https://${names[1]}:6443` } },
		shows: { "update KubeProxy kube-proxy": kubeProxyChange("kubeconfig.conf", configurationDigest) },
		objects: kubeProxyObjects,
		restarts: kubeProxies,
		note: "kube-proxy's pods restart, as they read it when they start",
	},
	{
		field: "node.patches, for corednsdeployment",
		says: {
			controlPlane: {
				patches: [
					{
						target: "corednsdeployment",
						patch: { spec: { template: { metadata: { annotations: { "example.org/owner": "ops" } } } } },
					},
				],
			},
		},
		shows: {
			"update CoreDns coredns": ["objects[Deployment kube-system/coredns].spec.template.metadata.annotations"],
		},
		objects: ["Deployment kube-system/coredns"],
		restarts: ["coredns"],
	},
	{
		field: "node.patches, for kubeproxydaemonset",
		says: {
			controlPlane: {
				patches: [
					{
						target: "kubeproxydaemonset",
						patch: { spec: { template: { metadata: { annotations: { "example.org/owner": "ops" } } } } },
					},
				],
			},
		},
		shows: {
			"update KubeProxy kube-proxy": [`${podAnnotations}.example.org/owner`],
		},
		objects: ["DaemonSet kube-system/kube-proxy"],
		restarts: ["cp-1 kube-proxy", "worker-1 kube-proxy"],
	},
	{
		field: "node.connection",
		says: { worker: { connection: { perDialTimeout: 20 } } },
		shows: {
			"update Host worker-1": ["connection.perDialTimeout"],
			...kubelet("worker-1", "host.connection.perDialTimeout"),
		},
		note: "the same machine, reached in another way; without a refresh before, values derived from its facts show as unknown, and do not change",
	},
	{
		field: "certificateValidityPeriod",
		says: { cluster: { certificateValidityPeriod: "9000h" } },
		shows: upload("kubeadm-config"),
		objects: kubeadmConfig,
		note: "used for each certificate from its next renewal, as with kubeadm",
	},
	{
		field: "caCertificateValidityPeriod",
		says: { cluster: { caCertificateValidityPeriod: "90000h" } },
		shows: upload("kubeadm-config"),
		objects: kubeadmConfig,
		note: "a CA keeps the period that it was created with",
	},
	{
		field: "encryptionAlgorithm",
		says: { cluster: { encryptionAlgorithm: "ECDSA-P256" } },
		shows: upload("kubeadm-config"),
		objects: kubeadmConfig,
		note: "used at the next renewal, like certificateValidityPeriod; CAs and the service account key do not change",
	},
	{
		field: "proxyEnvs",
		says: { cluster: { proxyEnvs: [arg("NO_PROXY", "198.18.0.0/15")] } },
		shows: {
			...manifest("kube-apiserver", "spec.containers[kube-apiserver].env[NO_PROXY]"),
			...manifest("kube-controller-manager", "spec.containers[kube-controller-manager].env"),
			...manifest("kube-scheduler", "spec.containers[kube-scheduler].env"),
			"update KubeProxy kube-proxy": [
				"objects[DaemonSet kube-system/kube-proxy].spec.template.spec.containers[kube-proxy].env[NO_PROXY]",
			],
		},
		files: pods.filter((name) => name !== "etcd").map(manifestFile),
		objects: ["DaemonSet kube-system/kube-proxy"],
		restarts: ["worker-1 kube-proxy", ...[...pods.slice(1), "kube-proxy"].map((name) => `cp-1 ${name}`)],
	},
	{
		field: "etcd.local.imageTag",
		says: { cluster: { etcd: { local: { imageTag: otherTag.etcd } } } },
		shows: {
			"update Preflight cp-1-preflight": ["images"],
			...manifest("etcd", "spec.containers[etcd].image"),
			...upload("kubeadm-config"),
		},
		files: [manifestFile("etcd")],
		objects: kubeadmConfig,
		restarts: ["cp-1 etcd"],
	},
	{
		field: "dns.imageTag",
		says: { cluster: { dns: { imageTag: otherTag["coredns/coredns"] } } },
		shows: {
			"update Preflight cp-1-preflight": ["images"],
			"update CoreDns coredns": [
				"objects[Deployment kube-system/coredns].spec.template.spec.containers[coredns].image",
			],
			...upload("kubeadm-config"),
		},
		objects: [...kubeadmConfig, "Deployment kube-system/coredns"],
		restarts: ["coredns"],
	},
	{
		field: "dns.disabled",
		says: { cluster: { dns: { disabled: true } } },
		shows: {
			"update Preflight cp-1-preflight": ["images"],
			"update CoreDns coredns": ["leftAlone", ...dnsObjects.map((name) => `objects[${name}]`)],
			...upload("kubeadm-config"),
		},
		objects: [...kubeadmConfig, ...dnsObjects],
		restarts: ["coredns"],
	},
	{
		field: "proxy.disabled",
		says: { cluster: { proxy: { disabled: true } } },
		shows: {
			"update Preflight cp-1-preflight": ["images"],
			"update KubeProxy kube-proxy": proxyObjects.map((name) => `objects[${name}]`),
			...upload("kubeadm-config"),
		},
		objects: [...kubeadmConfig, ...proxyObjects],
		restarts: ["cp-1 kube-proxy", "worker-1 kube-proxy"],
	},
];

function startup(name: string): Record<string, string[]> {
	const path = `manifest.spec.containers[${name}].startupProbe.failureThreshold`;
	return { [`update StaticPodManifest cp-1-${name}`]: [path, "timeoutSeconds"] };
}

/** Fields that a running cluster keeps, and what is said of a change. */
export const refused: (Pick<Change, "field" | "says"> & { because: RegExp; byNode?: true })[] = [
	{
		field: "clusterName",
		says: { cluster: { clusterName: "other" } },
		because: /clusterName: expected "kubernetes" as the running cluster has it, got "other": kubeconfigs and/,
	},
	...["serviceSubnet", "podSubnet"].map((name) => ({
		field: `networking.${name}`,
		says: { cluster: { networking: { [name]: "198.19.240.0/20" } } },
		because: new RegExp(`networking\\.${name}: expected "[\\d./]+" as the running cluster has it, got "198`),
	})),
	{
		field: "networking.dnsDomain",
		says: { cluster: { networking: { dnsDomain: "other.local" } } },
		because: /networking\.dnsDomain: expected "cluster\.local" as the running cluster has it, got "other\.local"/,
	},
	{
		field: "etcd.local.dataDir",
		says: { cluster: { etcd: { local: { dataDir: "/var/lib/other" } } } },
		because: /etcd\.local\.dataDir: expected "\/var\/lib\/etcd" as the running .*: etcd would start empty/,
	},
	{
		field: "certificatesDir",
		says: { cluster: { certificatesDir: "/etc/other" } },
		because: /certificatesDir: expected "\/etc\/kubernetes\/pki" as the running cluster has it, got "\/etc\/other"/,
	},
	{
		field: "node.localAPIEndpoint.advertiseAddress",
		says: { controlPlane: { localAPIEndpoint: { advertiseAddress: "198.19.240.9" } } },
		because:
			/controlPlanes: expected cp-1 at [\d.]+, as the running cluster has it, got 198\.19\.240\.9: etcd and the cert/,
	},
	{
		field: "kubernetesVersion, lowered",
		says: { cluster: { kubernetesVersion: "1.37.1" } },
		because: /kubernetesVersion: expected 1\.37\.2 or a later patch of 1\.37, got 1\.37\.1/,
	},
	{
		field: "node.localAPIEndpoint.bindPort",
		says: { controlPlane: { localAPIEndpoint: { bindPort: 6444 } } },
		because: /controlPlanes\[0\]\.localAPIEndpoint\.bindPort: expected 6443 as the running node has it, got 6444: kube/,
		byNode: true,
	},
	{
		field: "node.nodeRegistration.criSocket",
		says: { worker: { nodeRegistration: { criSocket: "unix:///run/other.sock" } } },
		because:
			/workers\[0\]\.nodeRegistration\.criSocket: expected ".*" as the running node has it, got "unix:\/\/\/run\/other\.sock": /,
		byNode: true,
	},
];

/** Fields that the test does not change, by the reason. */
export const left: Record<string, string> = {
	"etcd.local.imageRepository": "like `etcd.local.imageTag`",
	"etcd.local.extraEnvs": "like `apiServer.extraEnvs`",
	"etcd.local.peerCertSANs": "like `etcd.local.serverCertSANs`",
	"etcd.external": "changes flags of kube-apiserver, like `apiServer.extraArgs`; the tested cluster runs its own etcd",
	"controllerManager.extraEnvs": "like `apiServer.extraEnvs`",
	"controllerManager.extraVolumes": "like `apiServer.extraVolumes`",
	"scheduler.extraEnvs": "like `apiServer.extraEnvs`",
	"scheduler.extraVolumes": "like `apiServer.extraVolumes`",
	"dns.imageRepository": "like `dns.imageTag`",
	imageRepository: "like `etcd.local.imageTag`, for all components at once",
	featureGates: "each gate changes its components' flags or files, and restarts the components that read them",
	"node.name": "a new name means a new node: the old one is deleted, the new one created; refused for a control plane",
	"node.skipPhases": "skipping a phase deletes what the phase creates; the tested cluster skips none",
	"node.discovery": "used when a worker joins; a change is not a difference for a worker that has joined",
	"node.caCertPath": "for a worker that discovers its cluster: moves the CA file to the new path",
	"node.timeouts.tlsBootstrap": "like `node.timeouts.kubeletHealthCheck`",
	"node.timeouts.discovery": "for a worker that discovers its cluster; like `node.timeouts.kubeletHealthCheck`",
};

/** Merges two values: objects field by field, lists by appending. */
export function over<Value>(was: Value, is: unknown): Value {
	if (Array.isArray(was) && Array.isArray(is)) return [...was, ...is] as Value;
	if (!isObject(was) || !isObject(is)) return structuredClone((is ?? was) as Value);
	const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
	return Object.fromEntries(names.map((name) => [name, over(was[name], is[name])])) as Value;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
