/**
 * Where kubeadm and the kubelet's package place things on a host.
 *
 * Source: cmd/kubeadm/app/constants/constants.go, v1beta4/defaults.go; the drop-in is the package's 10-kubeadm.conf.
 */
export const paths = {
	kubernetesDirectory: "/etc/kubernetes",
	manifestsDirectory: "/etc/kubernetes/manifests",
	/** Default of `certificatesDir`. */
	certificatesDirectory: "/etc/kubernetes/pki",
	adminKubeconfig: "/etc/kubernetes/admin.conf",
	kubeletDirectory: "/var/lib/kubelet",
	kubeletConfiguration: "/var/lib/kubelet/config.yaml",
	kubeletInstanceConfiguration: "/var/lib/kubelet/instance-config.yaml",
	kubeletFlags: "/var/lib/kubelet/kubeadm-flags.env",
	kubeletPkiDirectory: "/var/lib/kubelet/pki",
	/** Where an administrator's units are; those of packages are under /usr/lib. */
	kubeletUnit: "/etc/systemd/system/kubelet.service",
	kubeletDropIn: "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
	/** Default of `etcd.local.dataDir`. */
	etcdDataDirectory: "/var/lib/etcd",
	/** Default of `nodeRegistration.criSocket`. */
	criSocket: "unix:///var/run/containerd/containerd.sock",
	/** What the kubelet reads for DNS where systemd-resolved is active. */
	systemdResolvConf: "/run/systemd/resolve/resolv.conf",
	/** Mounted into every control plane. */
	caCertificates: "/etc/ssl/certs",
	kubeProxyKubeconfig: "/var/lib/kube-proxy/kubeconfig.conf",
} as const;

/**
 * Directories that files in /etc/ssl/certs may point to: those that exist on a host are mounted into its control plane.
 *
 * Source: cmd/kubeadm/app/phases/controlplane/volumes.go.
 */
export const caCertificateDirectories = [
	"/etc/pki/ca-trust",
	"/etc/pki/tls/certs",
	"/etc/ca-certificates",
	"/usr/share/ca-certificates",
	"/usr/local/share/ca-certificates",
] as const;
