/** The ports that a node's components listen on. Source: cmd/kubeadm/app/constants/constants.go. */
export const ports = {
	/** Default of `localAPIEndpoint.bindPort`. */
	apiServer: 6443,
	etcdClient: 2379,
	etcdPeer: 2380,
	etcdMetrics: 2381,
	kubelet: 10250,
	kubeletHealthz: 10248,
	controllerManager: 10257,
	scheduler: 10259,
	/** Default of `virtualIP.port`, this package's own. */
	virtualIP: 8443,
	/** Default of `localProxy.port`, this package's own. */
	localProxy: 7443,
} as const;
