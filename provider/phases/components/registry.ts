import { coreDns } from "./coredns";
import { etcd } from "./etcd";
import { kubeApiserver } from "./kube-apiserver";
import { kubeControllerManager } from "./kube-controller-manager";
import { kubeProxy } from "./kube-proxy";
import { kubeScheduler } from "./kube-scheduler";
import { kubelet } from "./kubelet";

/** Components that the kubelet of a control plane runs from a manifest, by name. */
export const staticPodComponents = {
	etcd,
	"kube-apiserver": kubeApiserver,
	"kube-controller-manager": kubeControllerManager,
	"kube-scheduler": kubeScheduler,
} as const;

/** Components that are objects in the Kubernetes API, by name. */
export const addonComponents = {
	"kube-proxy": kubeProxy,
	coredns: coreDns,
} as const;

/** The seven components of a cluster, by name. */
export const components = { ...staticPodComponents, kubelet, ...addonComponents } as const;
