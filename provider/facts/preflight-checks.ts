/** Names of preflight checks, kubeadm's and this package's own. Source: Name, cmd/kubeadm/app/preflight/checks.go. */
export const preflightChecks: readonly string[] = [
	"IsPrivilegedUser",
	"NumCPU",
	"Mem",
	"Swap",
	"Hostname",
	"Service-kubelet",
	"CRI",
	"ContainerRuntimeVersion",
	"KubeletVersion",
	"KubernetesVersion",
	"CgroupDriver",
	"SystemVerification",
	"ExternalEtcdVersion",
	"ExternalEtcdClientCertificates",
	"HTTPProxy",
	"HTTPProxyCIDR",
	"Firewalld",
	"Clock",
	"ControlPlaneEndpoint",
	"SELinux",
	"ImagePull",
];

/** Prefixes of names of checks that exist once for each port, file or directory: `Port-6443`. */
export const preflightCheckFamilies: readonly string[] = [
	"Port-",
	"FileAvailable-",
	"FileContent-",
	"FileExisting-",
	"DirAvailable-",
];
