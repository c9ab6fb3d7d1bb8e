import { below, does, type Meanings, meaningless } from "./meaning";

/** What InitConfiguration and JoinConfiguration say alike of a node. Source of defaults: v1beta4/defaults.go, util/config/initconfiguration.go. */
export const nodeMeanings: Meanings = {
	dryRun: meaningless("`pulumi preview` shows what would be done", "false"),
	...below("nodeRegistration", {
		name: does("name of the Node object, and in the kubelet's credentials", "the host's name in lower case"),
		criSocket: does(
			"where the kubelet and the preflight checks reach the container runtime",
			"unix:///var/run/containerd/containerd.sock (kubeadm: the one that it finds)",
		),
		"taints[].*": does(
			"on the Node object from its registration on; an empty list for none",
			"node-role.kubernetes.io/control-plane:NoSchedule on a control plane, else none",
		),
		"kubeletExtraArgs[].name": does("a flag of the kubelet; one of kubeadm's own is replaced", "none"),
		"kubeletExtraArgs[].value": does("its value", '""'),
		ignorePreflightErrors: does("checks whose errors are warnings, in any case; `all` for all", "none"),
		imagePullPolicy: does("whether the control plane's images are pulled before they are needed", "IfNotPresent"),
		imagePullSerial: does("one image after the other", "true"),
	}),
	skipPhases: does("what the phase makes is not made: see below", "none"),
	"patches.directory": does("its files are read where the program runs, as the node's `patches`", "none"),
};

export const endpointMeanings: Meanings = {
	advertiseAddress: does(
		"where the node's API server listens and is reached, and etcd with it",
		"the address of the host's default route",
	),
	bindPort: does("its port", "6443"),
};

export const certificateKey = meaningless(
	"the certificates that control planes share go over SSH and not through a Secret of the cluster",
	"none",
);

/** Source of defaults: SetDefaults_Timeouts. */
export const timeoutMeanings: Meanings = {
	controlPlaneComponentHealthCheck: does("limit of a component's start; its startup probe follows it", "4m0s"),
	kubeletHealthCheck: does("limit of the kubelet's start", "4m0s"),
	kubernetesAPICall: does("how long a request is tried while the API is away", "1m0s"),
	etcdAPICall: meaningless(
		"etcd is asked for its health, as every component: controlPlaneComponentHealthCheck is the limit",
		"2m0s",
	),
	tlsBootstrap: does("limit of the kubelet's way to its certificate", "5m0s"),
	discovery: does("limit of the way to the cluster's CA and address", "5m0s"),
	upgradeManifests: meaningless(
		"a changed manifest is waited for as a new one: controlPlaneComponentHealthCheck is the limit",
		"5m0s",
	),
};
