import { kubeletDropIn, kubeletUnit } from "../../kubelet/unit";
import { shell } from "../shell";

const fetchedKubelet = "/usr/local/bin/kubelet";

/**
 * Installs Kubernetes' packages of one version, and holds them; or fetches the programs. Source:
 * https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/.
 */
export const kubernetes = shell`
# Standard input: the repository's public key or nothing, or what is fetched. Usage: prepare kubernetes-packages VERSION URL|binaries [upgrade]
do_kubernetes_packages() {
	present=$(kubelet --version 2>/dev/null | sed -n 's/^Kubernetes v//p')
	if [ "$2" = binaries ]; then
		[ -z "$(package_version kubelet)" ] ||
			refuse "the package kubelet is installed, and binaries are wanted; leave binaries out of kubernetesPackages, or remove the packages kubelet, kubectl, cri-tools and kubernetes-cni"
	elif is_fetched kubelet; then
		refuse "the kubelet was fetched as a program, and a package is wanted; say kubernetesPackages: { binaries } again, or remove the node and add it again"
	fi
	if [ -n "$present" ] && [ -z "$(package_version kubelet)" ] && ! is_fetched kubelet; then
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
	if [ "$2" = binaries ]; then
		wanted_version=$1
		fetch_binaries
		put_kubelet_unit
	else
		add_repository kubernetes "$(printf '%s' "$2" | sed "s/{format}/$package_format/")"
		install "kubelet=$1" "kubectl=$1" cri-tools kubernetes-cni
		hold kubelet
		hold kubectl
	fi
	printf 'runtime-endpoint: unix:///run/containerd/containerd.sock\n' | put /etc/crictl.yaml 0644
	# The kubelet of an etcd member has no API server, so no turn either. Its pods run on meanwhile.
	if [ "\${3:-}" != upgrade ] && [ -n "$present" ] && has_changed; then systemctl try-restart kubelet; fi
}

undo_kubernetes_packages() {
	systemctl daemon-reload
}

put_kubelet_unit() {
	put /etc/systemd/system/kubelet.service 0644 <<'END'
UNIT
END
	put /etc/systemd/system/kubelet.service.d/10-kubeadm.conf 0644 <<'END'
DROP_IN
END
	systemctl daemon-reload
}
`
	.replace("UNIT", () => kubeletUnit(fetchedKubelet).trimEnd())
	.replace("DROP_IN", () => kubeletDropIn(fetchedKubelet).trimEnd());
