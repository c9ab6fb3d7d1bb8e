import type { Minor } from "../../lab/toolchain/tools.ts";

/** A configuration file: fields by kind, in YAML; what every file needs is added. */
export interface FileCase {
	[kind: string]: string;
}

/** What releases judge otherwise than the newest. */
export const otherwise: readonly (readonly [minor: Minor, outcome: "taken" | "refused", file: FileCase])[] = [
	["1.34", "taken", { ClusterConfiguration: "etcd: {external: {}}" }],
	["1.34", "taken", { ClusterConfiguration: "etcd: {external: {endpoints: null, caFile: /a}}" }],
	["1.35", "refused", { ClusterConfiguration: "etcd: {external: {caFile: /a}}" }],
	["1.34", "refused", { ClusterConfiguration: "etcd: {external: {endpoints: ['http://a:1'], httpEndpoints: []}}" }],
	["1.34", "taken", { ClusterConfiguration: "etcd: {external: {endpoints: ['https://a:1:2']}}" }],
	["1.35", "taken", { ClusterConfiguration: "etcd: {external: {endpoints: ['https://fd00::1:2379']}}" }],
	["1.36", "refused", { ClusterConfiguration: "etcd: {external: {endpoints: ['https://fd00::1:2379']}}" }],
	["1.35", "taken", { ClusterConfiguration: "featureGates: {ControlPlaneKubeletLocalMode: true}" }],
	["1.36", "refused", { ClusterConfiguration: "featureGates: {ControlPlaneKubeletLocalMode: true}" }],
	["1.36", "taken", { ClusterConfiguration: "featureGates: {NodeLocalCRISocket: false}" }],
	["1.37", "refused", { ClusterConfiguration: "featureGates: {NodeLocalCRISocket: false}" }],
	["1.35", "refused", { KubeletConfiguration: "memoryReservationPolicy: None" }],
	["1.36", "taken", { KubeletConfiguration: "memoryReservationPolicy: None" }],
	["1.36", "refused", { KubeletConfiguration: "defaultPodSysctls: {}" }],
	["1.37", "taken", { KubeletConfiguration: "defaultPodSysctls: {}" }],
	["1.37", "taken", { ClusterConfiguration: "etcd: {external: {endpoints: ['unix:///a'], httpEndpoints: []}}" }],
	["1.37", "refused", { ClusterConfiguration: "etcd: {external: {endpoints: ['https://a:1:2']}}" }],
	["1.37", "refused", { ClusterConfiguration: "etcd: {external: {}}" }],
	// Before 1.36 `config validate` takes these, and only `upgrade` refuses them.
	["1.36", "refused", { UpgradeConfiguration: "node: {patches: {directory: a}}" }],
	["1.36", "refused", { UpgradeConfiguration: "apply: {patches: {}}" }],
	["1.37", "refused", { UpgradeConfiguration: "node: {imagePullPolicy: a}" }],
];

const join =
	"discovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: 'api.example:6443', unsafeSkipCAVerification: true}}";

/** Files that kubeadm takes. */
export const taken: FileCase[] = [
	{ InitConfiguration: "bootstrapTokens: []" },
	{ InitConfiguration: "bootstrapTokens: [{}]" },
	{ InitConfiguration: "bootstrapTokens: [{token: abcdef.0123456789abcdef, ttl: 0s, usages: [authentication]}]" },
	{
		InitConfiguration:
			"bootstrapTokens: [{token: null, usages: [signing, authentication], groups: ['system:bootstrappers:a']}]",
	},
	{ InitConfiguration: "dryRun: yes" },
	{ InitConfiguration: "dryRun: off" },
	{ InitConfiguration: "certificateKey: 0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef" },
	{ InitConfiguration: "certificateKey: ''" },
	{ InitConfiguration: "skipPhases: [addon/kube-proxy]" },
	{ InitConfiguration: "patches: {directory: relative/folder}" },
	{ InitConfiguration: "patches: {}" },
	{ InitConfiguration: "timeouts: {}" },
	{ InitConfiguration: "timeouts: {etcdAPICall: null, discovery: 1h30m}" },
	{ InitConfiguration: "timeouts: {tlsBootstrap: -1s}" },
	{ InitConfiguration: "localAPIEndpoint: {advertiseAddress: 198.18.0.10, bindPort: 6443.0}" },
	{ InitConfiguration: "localAPIEndpoint: {advertiseAddress: 198.18.0.10, bindPort: 0x10}" },
	{ InitConfiguration: "localAPIEndpoint: {advertiseAddress: 198.18.0.10, bindPort: null}" },
	{ InitConfiguration: "localAPIEndpoint: {advertiseAddress: 'fd00::1'}" },
	{ InitConfiguration: "localAPIEndpoint: {advertiseAddress: 198.018.0.10}" },
	{ InitConfiguration: "localAPIEndpoint: {advertiseAddress: '::ffff:198.18.0.1'}" },
	{ InitConfiguration: "nodeRegistration: {taints: null}" },
	{ InitConfiguration: "nodeRegistration: {taints: []}" },
	{
		InitConfiguration: "nodeRegistration: {taints: [{key: a, effect: NoSchedule, timeAdded: '2030-01-01T00:00:00Z'}]}",
	},
	{ InitConfiguration: "nodeRegistration: {imagePullPolicy: ''}" },
	{ InitConfiguration: "nodeRegistration: {imagePullSerial: false}" },
	{ InitConfiguration: "nodeRegistration: {name: ' A.b '}" },
	{ InitConfiguration: "nodeRegistration: {criSocket: ''}" },
	{ InitConfiguration: "nodeRegistration: {criSocket: 'unix:///a b'}" },
	{ InitConfiguration: "nodeRegistration: {criSocket: 'unix:a'}" },
	{ InitConfiguration: "nodeRegistration: {criSocket: 'UNIX:///a'}" },
	{ InitConfiguration: "nodeRegistration: {kubeletExtraArgs: [{name: a}, {name: a, value: ''}]}" },
	{ InitConfiguration: "nodeRegistration: {kubeletExtraArgs: null, ignorePreflightErrors: [NoSuchCheck]}" },
	{ InitConfiguration: "nodeRegistration: {}\nlocalAPIEndpoint: {}" },
	{ InitConfiguration: "nodeRegistration: &a {imagePullPolicy: Never}\nlocalAPIEndpoint: null" },
	{ ClusterConfiguration: "networking: null" },
	{ ClusterConfiguration: "networking: {serviceSubnet: '', podSubnet: '', dnsDomain: ''}" },
	{ ClusterConfiguration: "etcd: {}" },
	{ ClusterConfiguration: "etcd: {local: {}}" },
	{ ClusterConfiguration: "etcd: {local: {dataDir: '', imageRepository: '', imageTag: 'a b'}}" },
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['http://198.18.0.1:2379']}}" },
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['etcd:2379']}}" },
	{
		ClusterConfiguration:
			"etcd: {external: {endpoints: ['https://198.18.0.1:2379'], caFile: /a, certFile: /b, keyFile: /c}}",
	},
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['HTTPS://[fd00::1]:2379/x?y#z'], caFile: /a}}" },
	{ ClusterConfiguration: "etcd: {local: null, external: {endpoints: ['unix:///a']}}" },
	{
		ClusterConfiguration:
			"apiServer: {certSANs: null, extraArgs: [{name: a, value: b}], extraVolumes: [], extraEnvs: [{name: A, value: ''}]}",
	},
	{ ClusterConfiguration: "apiServer: {extraEnvs: [{name: A, valueFrom: {fieldRef: {fieldPath: status.hostIP}}}]}" },
	{
		ClusterConfiguration:
			"scheduler: {extraEnvs: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}]}",
	},
	{
		ClusterConfiguration:
			"controllerManager: {extraVolumes: [{name: a, hostPath: /a, mountPath: /b, readOnly: true, pathType: ''}]}",
	},
	{ ClusterConfiguration: "dns: {imageRepository: ''}\nproxy: {disabled: true}" },
	{ ClusterConfiguration: "imageRepository: ''\ncertificatesDir: ''\nclusterName: ''\nencryptionAlgorithm: ''" },
	{ ClusterConfiguration: "certificateValidityPeriod: null\ncaCertificateValidityPeriod: 1h" },
	{ ClusterConfiguration: "featureGates: {RootlessControlPlane: null}" },
	{ ClusterConfiguration: "featureGates: {}" },
	{ ClusterConfiguration: "controlPlaneEndpoint: 'api.example:'" },
	{ ClusterConfiguration: "controlPlaneEndpoint: ''" },
	{ KubeletConfiguration: "maxOpenFiles: 2147483648\nuserNamespaces: {idsPerPod: 4294967296}" },
	{ KubeletConfiguration: "registerWithTaints: [{key: a, effect: b, timeAdded: '2030-01-01T00:00:00+02:00'}]" },
	{ InitConfiguration: "nodeRegistration: {taints: [{}]}" },
	{ ClusterConfiguration: "apiServer: {extraVolumes: [{}, null], extraEnvs: [{}]}" },
	{ ClusterConfiguration: "scheduler: {extraVolumes: [{name: a, hostPath: a, mountPath: b, pathType: c}]}" },
	{ KubeletConfiguration: "maxPods: 10\nevictionHard: {memory.available: '5%'}" },
	{ KubeletConfiguration: "clusterDNS: []\nfeatureGates: {NoSuchGate: true}" },
	{ KubeletConfiguration: "authentication: {anonymous: {enabled: no}}" },
	{ KubeletConfiguration: "reservedMemory: [{numaNode: 0, limits: {memory: 1Gi}}]\nlogging: {flushFrequency: 5}" },
	{ KubeletConfiguration: "logging: {flushFrequency: 5s}\nenableServer: null" },
	{ KubeProxyConfiguration: "mode: nftables\nconntrack: {maxPerCore: null, tcpEstablishedTimeout: null}" },
	{ KubeProxyConfiguration: "clientConnection: {qps: 0.5, burst: 0}" },
	{ JoinConfiguration: join },
	{
		JoinConfiguration:
			"discovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: '198.18.0.1:6443', caCertHashes: ['sha256:0000000000000000000000000000000000000000000000000000000000000000']}}",
	},
	{ JoinConfiguration: "discovery: {file: {kubeConfigPath: 'https://example/discovery.conf'}}" },
	{
		JoinConfiguration:
			"discovery: {file: {kubeConfigPath: 'https://example/discovery.conf'}, tlsBootstrapToken: abcdef.0123456789abcdef}",
	},
	{ JoinConfiguration: `${join}\ncaCertPath: /a/b.crt` },
	{ JoinConfiguration: `${join}\ncaCertPath: ''\ncontrolPlane: null` },
	{ JoinConfiguration: `${join}\ncontrolPlane: {localAPIEndpoint: {advertiseAddress: 198.18.0.10}}` },
	{ JoinConfiguration: `${join}\nnodeRegistration: {name: a}\nskipPhases: [preflight]` },
	{ ResetConfiguration: "" },
	{
		ResetConfiguration:
			"force: true\ncleanupTmpDir: true\nunmountFlags: [MNT_FORCE, MNT_DETACH, MNT_EXPIRE, UMOUNT_NOFOLLOW]",
	},
	{ ResetConfiguration: "criSocket: /run/containerd/containerd.sock\ncertificatesDir: /a" },
	{ UpgradeConfiguration: "" },
	{
		UpgradeConfiguration:
			"apply: {kubernetesVersion: v1.38.0, etcdUpgrade: false, imagePullPolicy: ''}\ndiff: {contextLines: 3}",
	},
	{ UpgradeConfiguration: "node: {patches: {directory: /a}}\nplan: {printConfig: true}" },
];

/** Files that kubeadm refuses. */
export const refused: FileCase[] = [
	{ ResetConfiguration: "force: ''" },
	{ KubeletConfiguration: "kubeAPIBurst: ''" },
	{ KubeletConfiguration: "clusterDNS: ''" },
	{ InitConfiguration: "bootstrapTokens: [{token: abcdef}]" },
	{ InitConfiguration: "bootstrapTokens: [{token: abcdef.0123456789abcdef, expires: '2030-01-01T00:00:00Z'}]" },
	{ InitConfiguration: "bootstrapTokens: [{usages: [sign]}]" },
	{ InitConfiguration: "bootstrapTokens: [{usages: [signing]}]" },
	{ InitConfiguration: "bootstrapTokens: [{groups: [a]}]" },
	{ InitConfiguration: "bootstrapTokens: [{ttl: 1}]" },
	{ InitConfiguration: "bootstrapTokens: {}" },
	{ InitConfiguration: "certificateKey: abc" },
	{ InitConfiguration: "dryRun: 'true'" },
	{ InitConfiguration: "dryRun: 1" },
	{ InitConfiguration: "Dryrun: true" },
	{ InitConfiguration: "dryRun: true\ndryRun: true" },
	{ InitConfiguration: "localAPIEndpoint: {bindPort: 70000, advertiseAddress: 198.18.0.10}" },
	{ InitConfiguration: "localAPIEndpoint: {bindPort: -1, advertiseAddress: 198.18.0.10}" },
	{ InitConfiguration: "localAPIEndpoint: {bindPort: 6443.5, advertiseAddress: 198.18.0.10}" },
	{ InitConfiguration: "localAPIEndpoint: {bindPort: 4294967297, advertiseAddress: 198.18.0.10}" },
	{ InitConfiguration: "localAPIEndpoint: {bindPort: 1e30, advertiseAddress: 198.18.0.10}" },
	{ InitConfiguration: "localAPIEndpoint: {advertiseAddress: 127.0.0.1}" },
	{ InitConfiguration: "localAPIEndpoint: {advertiseAddress: a}" },
	{ InitConfiguration: "localAPIEndpoint: []" },
	{ InitConfiguration: "nodeRegistration: {name: 5}" },
	{ InitConfiguration: "nodeRegistration: {name: ' '}" },
	{ InitConfiguration: "nodeRegistration: {criSocket: 'unix://a:b'}" },
	{ InitConfiguration: "nodeRegistration: {criSocket: 'unix:///%zz'}" },
	{ InitConfiguration: "nodeRegistration: {kubeletExtraArgs: [{value: a}]}" },
	{ InitConfiguration: "nodeRegistration: {kubeletExtraArgs: [null]}" },
	{ InitConfiguration: "nodeRegistration: {kubeletExtraArgs: {a: b}}" },
	{ InitConfiguration: "nodeRegistration: {taints: [{key: a, effect: NoSchedule, timeAdded: soon}]}" },
	{ InitConfiguration: "nodeRegistration: {imagePullPolicy: always}" },
	{ InitConfiguration: "timeouts: {etcdAPICall: ''}" },
	{ InitConfiguration: "timeouts: {etcdAPICall: 60}" },
	{ InitConfiguration: "timeouts: {etcdApiCall: 60s}" },
	{ ClusterConfiguration: "etcd: {local: {}, external: {endpoints: ['http://a']}}" },
	{ ClusterConfiguration: "etcd: {local: {dataDir: a}}" },
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['http://a:1'], caFile: /a}}" },
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['https://a:1'], certFile: /a}}" },
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['https://a:1'], certFile: /a, keyFile: /b}}" },
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['https://a:1'], caFile: a}}" },
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['198.18.0.1:2379']}}" },
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['a']}}" },
	{ ClusterConfiguration: "etcd: {external: {endpoints: ['http://a'], httpEndpoints: ['a']}}" },
	{ ClusterConfiguration: "etcd: {local: {serverCertSANs: [null]}}" },
	{ ClusterConfiguration: "apiServer: {certSANs: ['']}" },
	{ ClusterConfiguration: "apiServer: {extraArgs: [{name: ''}]}" },
	{ ClusterConfiguration: "apiServer: {extraArgs: [{name: a, value: 5}]}" },
	{ ClusterConfiguration: "apiServer: {extraArgs: [{name: a, value: b, value: c}]}" },
	{
		ClusterConfiguration:
			"scheduler: {extraEnvs: [{name: A, valueFrom: {resourceFieldRef: {resource: a, divisor: x}}}]}",
	},
	{ ClusterConfiguration: "scheduler: {extraVolumes: [{name: a, hostPath: /a, mountPath: /b, readonly: true}]}" },
	{ ClusterConfiguration: "clusterName: yes" },
	{ ClusterConfiguration: "clusterName: 1.5" },
	{ ClusterConfiguration: "featureGates: {RootlessControlPlane: 'true'}" },
	{ ClusterConfiguration: "featureGates: [RootlessControlPlane]" },
	{ ClusterConfiguration: "proxy: disabled" },
	{ ClusterConfiguration: "certificatesDir: a" },
	{ ClusterConfiguration: "caCertificateValidityPeriod: 10y" },
	{ ClusterConfiguration: "controlPlaneEndpoint: 'a:b'" },
	{ ClusterConfiguration: "networking: {podSubnet: '198.18.0.0/16,198.19.0.0/16,fd00::/48'}" },
	{ KubeletConfiguration: "syncFrequency: null" },
	{ KubeletConfiguration: "syncFrequency: 10" },
	{ KubeletConfiguration: "maxPods: '10'" },
	{ KubeletConfiguration: "maxPods: 2147483648" },
	{ KubeletConfiguration: "maxOpenFiles: 1e19" },
	{ KubeletConfiguration: "registerWithTaints: [{key: a, effect: b, timeAdded: soon}]" },
	{ KubeletConfiguration: "maxpods: 10" },
	{ KubeletConfiguration: "clusterDNS: 10.96.0.10" },
	{ KubeletConfiguration: "evictionHard: {memory.available: 100}" },
	{ KubeletConfiguration: "registerWithTaints: [{key: a, effects: b}]" },
	{ KubeletConfiguration: "logging: {verbosity: -1}" },
	{ KubeProxyConfiguration: "iptables: {masqueradeBit: '14'}" },
	{ KubeProxyConfiguration: "conntrack: {maxPerCore: 5000000000}" },
	{ JoinConfiguration: "" },
	{ JoinConfiguration: "discovery: {}" },
	{ JoinConfiguration: "discovery: {bootstrapToken: {}}" },
	{
		JoinConfiguration:
			"discovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: '198.18.0.1:6443'}}",
	},
	{
		JoinConfiguration:
			"discovery: {bootstrapToken: {token: abc, apiServerEndpoint: '198.18.0.1:6443', unsafeSkipCAVerification: true}}",
	},
	{
		JoinConfiguration:
			"discovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: '198.18.0.1', unsafeSkipCAVerification: true}}",
	},
	{
		JoinConfiguration:
			"discovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: 'a:1', unsafeSkipCAVerification: true}, file: {kubeConfigPath: 'https://a/b'}}",
	},
	{ JoinConfiguration: "discovery: {file: {kubeConfigPath: 'http://a/b'}}" },
	{ JoinConfiguration: "discovery: {file: {kubeConfigPath: 'https://a/b'}, tlsBootstrapToken: a}" },
	{ JoinConfiguration: `${join}\ncaCertPath: ca.crt` },
	{ JoinConfiguration: `${join}\ncaCertPath: /ca.pem` },
	{ JoinConfiguration: `${join}\ncontrolPlane: {certificateKey: a}` },
	{ JoinConfiguration: `${join}\ncontrolPlane: {localAPIEndpoint: {advertiseAddress: 198.18.0.10, bindPort: 70000}}` },
	{ ResetConfiguration: "unmountFlags: [MNT]" },
	{ ResetConfiguration: "criSocket: 'unixy:///a'" },
	{ ResetConfiguration: "certificatesDir: a" },
	{ ResetConfiguration: "nodeName: a" },
	{ UpgradeConfiguration: "plan: {patches: {directory: /a}}" },
	{ UpgradeConfiguration: "diff: {contextLines: a}" },
];

const cluster = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: VERSION\n";
const init =
	"apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nlocalAPIEndpoint: {advertiseAddress: 198.18.0.10}\n";

/** Whole files, by what they are about; VERSION stands for kubeadm's own. */
export const texts: Record<"taken" | "refused", Record<string, string>> = {
	taken: {
		"kinds in any order": `${cluster}---\n${init}`,
		"a line between documents with a comment": `${cluster}--- # next\n${init}---\n`,
		"lines before the first document": `---\n${cluster}---\n\n${init}`,
		"Windows' ends of lines": `${cluster}---\n${init}`.replaceAll("\n", "\r\n"),
		JSON: `${JSON.stringify({ apiVersion: "kubeadm.k8s.io/v1beta4", kind: "ClusterConfiguration", kubernetesVersion: "VERSION" })}\n---\n${init}`,
		"anchors and merges": `${init}---\n${cluster}apiServer: &component\n  extraArgs: &flags [{name: v, value: "2"}]\nscheduler:\n  <<: *component\ncontrollerManager: {extraArgs: *flags}\n`,
		"JSON over several lines, with tabs": `{\n\t"apiVersion": "kubeadm.k8s.io/v1beta4",\n\t"kind": "ClusterConfiguration",\n\t"kubernetesVersion": "VERSION"\n}\n---\n${init}`,
		"text after the end of a document": `${init}---\n${cluster}...\nnetworking: [\n`,
		"a document after the end of another": `${init}---\n${cluster}... # ends\n${init}`,
		"text behind a document": `${init}---\n!!map {"apiVersion": "kubeadm.k8s.io/v1beta4", kind: ClusterConfiguration, kubernetesVersion: VERSION}\nmore\n`,
		"text in base 64": `${init}---\n${cluster}clusterName: !!binary YWJj\n`,
		"a tag of one's own": `${init}---\n${cluster}clusterName: !mine 5\n`,
		"a document of all kinds": `${init}---\n${cluster}---\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ResetConfiguration\n`,
	},
	refused: {
		"a merge whose field stands there again": `${init}---\n${cluster}apiServer: &component {extraArgs: []}\nscheduler:\n  <<: *component\n  extraArgs: []\n`,
		"a kind twice": `${cluster}---\n${cluster}---\n${init}`,
		"a kind in another group": `${cluster}---\n${init.replace("kubeadm.k8s.io", "example.k8s.io")}`,
		"an unknown kind": `${cluster}---\n${init}---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfig\n`,
		"an object of the cluster": `${cluster}---\n${init}---\napiVersion: v1\nkind: ConfigMap\n`,
		"another version of the kubelet's": `${cluster}---\n${init}---\napiVersion: kubelet.config.k8s.io/v1\nkind: KubeletConfiguration\n`,
		"no kind": `${cluster}---\n${init}---\napiVersion: kubeadm.k8s.io/v1beta4\n`,
		"no version of the API": `${cluster}---\n${init}---\nkind: ResetConfiguration\n`,
		"a document of comments": `# a comment\n---\n${cluster}---\n${init}`,
		"a name after the line between documents": `${cluster}--- next\n${init}`,
		"text that is no YAML": `${cluster}---\n${init}nodeRegistration: {name: [}\n`,
		"a tab for indentation": `${cluster}---\n${init}nodeRegistration:\n\tname: a\n`,
		"a list": `${cluster}---\n${init}---\n- a\n`,
		"an alias without an anchor": `${cluster}---\n${init}nodeRegistration: *missing\n`,
		v1beta2: `${cluster.replace("v1beta4", "v1beta2")}---\n${init}`,
		"a version that never was": `${cluster.replace("v1beta4", "v2")}---\n${init}`,
		"YAML in braces": `${init}---\n{apiVersion: kubeadm.k8s.io/v1beta4, kind: ClusterConfiguration, kubernetesVersion: VERSION}\n`,
		"text behind JSON": `${init}---\n{"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration", "kubernetesVersion": "VERSION"}\nmore\n`,
		"text that is no base 64": `${init}---\n${cluster}clusterName: !!binary "a"\n`,
		"a number that is none": `${init}---\n${cluster}etcd: {local: {extraEnvs: [{name: .nan}]}}\n`,
		"a number too large": `${cluster}---\n${init}nodeRegistration: {name: .inf}\n`,
	},
};
