import { does, type Meanings } from "./meaning";

const given = (standard: string) => does("as it is", standard);

/** Source of defaults: Default and Mutate, cmd/kubeadm/app/componentconfigs/kubelet.go. */
export const kubeletMeanings: Meanings = {
	"*": does("as it is, in the kubelet's configuration", "the kubelet's own"),
	staticPodPath: given("/etc/kubernetes/manifests"),
	clusterDNS: given("the tenth address of the service subnet"),
	clusterDomain: given("networking.dnsDomain"),
	"authentication.x509.clientCAFile": given("ca.crt in certificatesDir"),
	"authentication.anonymous.enabled": given("false"),
	"authentication.webhook.enabled": given("true"),
	"authorization.mode": given("Webhook"),
	healthzBindAddress: given("127.0.0.1"),
	healthzPort: given("10248"),
	rotateCertificates: does("always true, as kubeadm has it", "true"),
	cgroupDriver: given("systemd"),
	resolvConf: given("that of systemd-resolved where it is active, else the kubelet's own"),
	containerRuntimeEndpoint: does(
		"that of the node's criSocket instead, but where it is a flag of the kubelet (`NodeLocalCRISocket` off)",
		"the node's criSocket",
	),
};

/** Source of defaults: Default, cmd/kubeadm/app/componentconfigs/kubeproxy.go. */
export const kubeProxyMeanings: Meanings = {
	"*": does("as it is, in kube-proxy's configuration", "kube-proxy's own"),
	bindAddress: given("0.0.0.0, or :: where the first control plane's address is IPv6"),
	clusterCIDR: given("networking.podSubnet"),
	"clientConnection.kubeconfig": given("/var/lib/kube-proxy/kubeconfig.conf"),
	mode: given("iptables (before 1.37: kube-proxy's own)"),
};
