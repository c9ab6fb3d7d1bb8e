import { shell } from "../shell";

/**
 * Installs Kubernetes' packages of one version, and holds them. Source:
 * https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/.
 */
export const kubernetes = shell`
# Standard input: the repository's public key, or nothing. Usage: prepare kubernetes-packages VERSION URL [upgrade]
do_kubernetes_packages() {
	present=$(kubelet --version 2>/dev/null | sed -n 's/^Kubernetes v//p')
	if [ -n "$present" ] && [ -z "$(package_version kubelet)" ]; then
		[ "$present" = "$1" ] ||
			refuse "a kubelet $present is installed by hand as $(command -v kubelet), and version $1 is wanted; install that one, or say kubernetesPackages: false"
		say "kubelet $1: was installed already"
		return 0
	fi
	# A node's kubelet changes in its turn, while the node's pods are elsewhere.
	if [ "\${3:-}" != upgrade ] && [ -n "$present" ] && [ "$present" != "$1" ] && [ -e /etc/kubernetes/kubelet.conf ]; then
		say "kubelet $present: stays for now, as a node runs with it"
		keep_kept
		return 0
	fi
	add_repository kubernetes "$(printf '%s' "$2" | sed "s/{format}/$package_format/")"
	install "kubelet=$1" "kubectl=$1" cri-tools kubernetes-cni
	hold kubelet
	hold kubectl
	printf 'runtime-endpoint: unix:///run/containerd/containerd.sock\n' | put /etc/crictl.yaml 0644
}
`;
