/**
 * Paths on a host that kubeadm and the kubelet's package use.
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
	/** The kubelet's unit, in the folder for an administrator's units; packages use /usr/lib. */
	kubeletUnit: "/etc/systemd/system/kubelet.service",
	kubeletDropIn: "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf",
	/** The drop-in of a kubelet without an API server, which counts more than the package's. */
	standaloneKubeletDropIn: "/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf",
	/** Default of `etcd.local.dataDir`. */
	etcdDataDirectory: "/var/lib/etcd",
	/** Default of `nodeRegistration.criSocket`. */
	criSocket: "unix:///var/run/containerd/containerd.sock",
	/** The resolver configuration for pods on hosts with systemd-resolved. */
	systemdResolvConf: "/run/systemd/resolve/resolv.conf",
	/** CA certificates that are mounted into every control plane. */
	caCertificates: "/etc/ssl/certs",
	kubeProxyKubeconfig: "/var/lib/kube-proxy/kubeconfig.conf",
	/** Folder of the configuration of a local proxy, this package's own. */
	localProxyDirectory: "/etc/kubernetes/local-proxy",
	/** Folder of haproxy's configuration beside keepalived, this package's own. */
	haproxyDirectory: "/etc/kubernetes/haproxy",
	/** Folder of keepalived's configuration, this package's own. */
	keepalivedDirectory: "/etc/kubernetes/keepalived",
	/** Folder of the file that sends the virtual IP away from a host. A boot empties it. */
	virtualIPDirectory: "/run/kubernetes-virtual-ip",
} as const;

/**
 * Directories that links in /etc/ssl/certs may lead to. Those that exist on a host are mounted into its control plane.
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
