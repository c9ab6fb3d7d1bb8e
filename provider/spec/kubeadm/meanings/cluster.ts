import { below, does, type Meanings } from "./meaning";

const image = (program: string): Meanings => ({
	imageRepository: does(`repository of ${program}'s image`, "the cluster's imageRepository"),
	imageTag: does(`tag of ${program}'s image`, "that of the Kubernetes release"),
});

const flags = (program: string): Meanings => ({
	"extraArgs[].name": does(`a flag of ${program}; one of kubeadm's own is replaced`, "none"),
	"extraArgs[].value": does("its value", '""'),
	"extraEnvs[].*": does(`a variable of ${program}'s container`, "none"),
});

const component = (program: string): Meanings => ({
	...flags(program),
	"extraVolumes[].name": does(`a volume of ${program}'s pod; one of kubeadm's own is replaced`, "none"),
	"extraVolumes[].hostPath": does("its path on the host", '""'),
	"extraVolumes[].mountPath": does("its path in the container", '""'),
	"extraVolumes[].readOnly": does("not to be written to", "false"),
	"extraVolumes[].pathType": does("what has to be there, or is made", '"" (not looked at)'),
});

/** Source of defaults: v1beta4/defaults.go, constants/constants.go, util/config/{initconfiguration,cluster}.go. */
export const clusterMeanings: Meanings = {
	...below("etcd.local", {
		...image("etcd"),
		dataDir: does("where a member keeps its data", "/var/lib/etcd"),
		...flags("etcd"),
		serverCertSANs: does("more names and addresses in the server certificate", "none"),
		peerCertSANs: does("more names and addresses in the peer certificate", "none"),
	}),
	...below("etcd.external", {
		endpoints: does("client URLs of an etcd of one's own", "none"),
		httpEndpoints: does("where its health and metrics are", "endpoints"),
		caFile: does("its CA, a file on the control planes", "none"),
		certFile: does("the client certificate, a file there", "none"),
		keyFile: does("its key, a file there", "none"),
	}),
	"networking.serviceSubnet": does("addresses of Services: one network, or one of each family", "10.96.0.0/12"),
	"networking.podSubnet": does("addresses of pods; nodes get parts of it", "none"),
	"networking.dnsDomain": does("DNS domain of Services", "cluster.local"),
	kubernetesVersion: does(
		"version of all that is placed; a label such as stable-1 is refused, since it would move",
		"none (kubeadm: the newest of its release)",
	),
	controlPlaneEndpoint: does("`host:port` by which all nodes reach the control plane", "the first control plane"),
	...below("apiServer", {
		...component("kube-apiserver"),
		certSANs: does("more names and addresses in its certificate", "none"),
	}),
	...below("controllerManager", component("kube-controller-manager")),
	...below("scheduler", component("kube-scheduler")),
	...below("dns", { ...image("CoreDNS"), disabled: does("no CoreDNS", "false") }),
	"proxy.disabled": does("no kube-proxy", "false"),
	certificatesDir: does("where certificates and keys are on hosts", "/etc/kubernetes/pki"),
	imageRepository: does("repository of all images", "registry.k8s.io"),
	featureGates: does("kubeadm's own feature gates, as known to its release", "those of the release"),
	clusterName: does("name of the cluster in kubeconfigs", "kubernetes"),
	encryptionAlgorithm: does("kind of all keys that are made", "RSA-2048"),
	certificateValidityPeriod: does("how long a certificate lasts", "8760h0m0s"),
	caCertificateValidityPeriod: does("how long a CA that is made here lasts", "87600h0m0s"),
};
