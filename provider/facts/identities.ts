/**
 * The users and groups that kubeadm gives rights to.
 *
 * Source: cmd/kubeadm/app/constants/constants.go.
 */
export const identities = {
	/** The group of `admin.conf`, bound to cluster-admin under the same name. */
	clusterAdmins: "kubeadm:cluster-admins",
	/** The group of `super-admin.conf`: built in, and no RBAC rule can take rights from it. */
	privileged: "system:masters",
	admin: "kubernetes-admin",
	superAdmin: "kubernetes-super-admin",
	controllerManager: "system:kube-controller-manager",
	scheduler: "system:kube-scheduler",
	nodePrefix: "system:node:",
	nodes: "system:nodes",
	/** The group of the bootstrap tokens with which nodes join. */
	nodeBootstrapTokens: "system:bootstrappers:kubeadm:default-node-token",
	apiServerKubeletClient: "kube-apiserver-kubelet-client",
	anonymous: "system:anonymous",
} as const;

/**
 * The users that the control plane's components run as where it is rootless, and the group that may read the key that
 * signs service account tokens; each user has a group of its own name.
 *
 * Source: cmd/kubeadm/app/constants/constants.go, cmd/kubeadm/app/util/users/users_linux.go.
 */
export const componentUsers = {
	etcd: "kubeadm-etcd",
	"kube-apiserver": "kubeadm-kas",
	"kube-controller-manager": "kubeadm-kcm",
	"kube-scheduler": "kubeadm-ks",
} as const;

export const serviceAccountKeyReaders = "kubeadm-sa-key-readers";

/**
 * User and group that own etcd's data where a cluster has `restrictedFiles`. Source: CIS Kubernetes Benchmark 1.12,
 * 1.1.12.
 */
export const etcdDataOwner = "etcd";

/** Labels that mark a control plane node. Source: cmd/kubeadm/app/phases/markcontrolplane. */
export const controlPlaneLabels = [
	"node-role.kubernetes.io/control-plane",
	"node.kubernetes.io/exclude-from-external-load-balancers",
] as const;

/** The taint that keeps workloads off a control plane node unless `nodeRegistration.taints` says otherwise. */
export const controlPlaneTaint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" } as const;

/** Annotations: most are read by kubeadm's commands. */
export const annotations = {
	etcdAdvertiseClientUrls: "kubeadm.kubernetes.io/etcd.advertise-client-urls",
	apiServerEndpoint: "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint",
	componentConfigHash: "kubeadm.kubernetes.io/component-config.hash",
	/** This package's own: on kube-proxy's pods, once their configuration has changed. */
	configurationDigest: "pulumi-kubeadm/configuration-digest",
	/** Written by Kubernetes 1.35 and older. */
	criSocket: "kubeadm.alpha.kubernetes.io/cri-socket",
} as const;
