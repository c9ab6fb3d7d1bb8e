/** Effect in this package of skipping one of kubeadm's phases. Parts of sentences for docs and messages. */
export type PhaseEffect =
	/** The work that is left out. */
	| { without: string }
	/** The reason why skipping the phase has no effect. */
	| { meaningless: string };

export interface Phase {
	effect: PhaseEffect;
	/** Last minor release that has the phase. @default every release */
	until?: string;
}

const without = (what: string): Phase => ({ effect: { without: what } });
const meaningless = (why: string): Phase => ({ effect: { meaningless: why } });

const parts = (parent: string, names: readonly string[], what: (name: string) => string) =>
	Object.fromEntries(names.map((name) => [`${parent}/${name}`, without(what(name))]));

const all = meaningless("it stands for its neighbours on the command line only; name the phase above it");
const uploadCerts = meaningless(
	"certificates that control planes share go over SSH and not through a Secret of the cluster",
);

/**
 * The phases of `kubeadm init` that `skipPhases` may name, in kubeadm's order.
 *
 * Source: cmd/kubeadm/app/cmd/init.go and cmd/phases/init.
 */
export const initPhases: Readonly<Record<string, Phase>> = {
	preflight: without("the checks of the host, and pulling its images before they are needed"),
	certs: without("all certificates and the service account key: they are expected to be in place"),
	"certs/all": all,
	...parts(
		"certs",
		[
			"ca",
			"apiserver",
			"apiserver-kubelet-client",
			"front-proxy-ca",
			"front-proxy-client",
			"etcd-ca",
			"etcd-server",
			"etcd-peer",
			"etcd-healthcheck-client",
			"apiserver-etcd-client",
		],
		(name) => `the certificate ${name}: it is expected to be in place`,
	),
	"certs/sa": without("the service account key: it is expected to be in place"),
	kubeconfig: without("all kubeconfigs of the control plane: they are expected to be in place"),
	"kubeconfig/all": all,
	...parts(
		"kubeconfig",
		["admin", "super-admin", "kubelet", "controller-manager", "scheduler"],
		(name) => `${name}.conf: it is expected to be in place`,
	),
	etcd: without("the manifest of etcd: it is expected to be in place"),
	"etcd/local": without("the manifest of etcd: it is expected to be in place"),
	"control-plane": without("the manifests of the control plane's components: they are expected to be in place"),
	"control-plane/all": all,
	...parts(
		"control-plane",
		["apiserver", "controller-manager", "scheduler"],
		(name) => `the manifest of kube-${name}: it is expected to be in place`,
	),
	"kubelet-start": without("the kubelet's files and its start: it is expected to run"),
	"wait-control-plane": meaningless("what comes next needs a control plane that answers, and waits for it"),
	"upload-config": without("the ConfigMaps kubeadm-config and kubelet-config"),
	"upload-config/all": all,
	"upload-config/kubeadm": without("the ConfigMap kubeadm-config"),
	"upload-config/kubelet": without("the ConfigMap kubelet-config"),
	"upload-certs": uploadCerts,
	"mark-control-plane": without("the labels and taints of a control plane's Node object"),
	"bootstrap-token": without("bootstrap tokens, the rights of who joins with one, and the ConfigMap cluster-info"),
	"kubelet-finalize": meaningless("a kubelet's kubeconfig names the certificate that it rotates from the start"),
	"kubelet-finalize/all": all,
	"kubelet-finalize/enable-client-cert-rotation": meaningless(
		"a kubelet's kubeconfig names the certificate that it rotates from the start",
	),
	addon: without("CoreDNS and kube-proxy"),
	"addon/all": all,
	"addon/coredns": without("CoreDNS"),
	"addon/kube-proxy": without("kube-proxy"),
	"show-join-command": meaningless("no join command is printed"),
};

/**
 * The phases of `kubeadm join` that `skipPhases` may name, in kubeadm's order.
 *
 * Source: cmd/kubeadm/app/cmd/join.go and cmd/phases/join.
 */
export const joinPhases: Readonly<Record<string, Phase>> = {
	preflight: initPhases["preflight"]!,
	"control-plane-prepare": without("all certificates, kubeconfigs and manifests: they are expected to be in place"),
	"control-plane-prepare/all": all,
	"control-plane-prepare/download-certs": without(
		"what control planes share of certificates and keys: they are expected to be in place",
	),
	"control-plane-prepare/certs": without("the node's own certificates: they are expected to be in place"),
	"control-plane-prepare/kubeconfig": initPhases["kubeconfig"]!,
	"control-plane-prepare/control-plane": initPhases["control-plane"]!,
	"check-etcd": meaningless("no member is added before the others are well"),
	"kubelet-start": initPhases["kubelet-start"]!,
	"etcd-join": initPhases["etcd"]!,
	"kubelet-wait-bootstrap": meaningless("what comes next needs the kubelet's certificate, and waits for it"),
	"control-plane-join": initPhases["mark-control-plane"]!,
	"control-plane-join/all": all,
	"control-plane-join/etcd": { effect: { meaningless: "in kubeadm too: `etcd-join` does its work" }, until: "1.35" },
	"control-plane-join/mark-control-plane": initPhases["mark-control-plane"]!,
	"wait-control-plane": initPhases["wait-control-plane"]!,
};

/** Phases of `join` that do the work of a phase of `init` of another name. */
export const joinCounterparts: Readonly<Record<string, string>> = {
	certs: "control-plane-prepare/certs",
	"certs/ca": "control-plane-prepare/download-certs",
	"certs/front-proxy-ca": "control-plane-prepare/download-certs",
	"certs/etcd-ca": "control-plane-prepare/download-certs",
	"certs/sa": "control-plane-prepare/download-certs",
	kubeconfig: "control-plane-prepare/kubeconfig",
	"control-plane": "control-plane-prepare/control-plane",
	etcd: "etcd-join",
	"mark-control-plane": "control-plane-join/mark-control-plane",
};

/** Phases that another phase needs: whoever skips one of them has to skip the phase that needs it too. Source: cmd/phases/init/showjoincommand.go. */
export const phaseNeeds: Readonly<Record<string, readonly string[]>> = {
	"show-join-command": ["bootstrap-token", "upload-certs"],
};
