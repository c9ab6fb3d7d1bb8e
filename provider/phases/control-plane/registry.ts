import { coreDns, kubeProxy } from "../addons/addon";
import { kubelet } from "../kubelet/kubelet";
import { apiServer } from "./api-server";
import { etcd } from "./etcd";
import { staticPod } from "./static-pod";

/** The seven components of a cluster. Everything that concerns all of them loops over this. */
export const components = {
	etcd,
	"kube-apiserver": apiServer,
	"kube-controller-manager": staticPod("kube-controller-manager"),
	"kube-scheduler": staticPod("kube-scheduler"),
	kubelet,
	"kube-proxy": kubeProxy,
	coredns: coreDns,
} as const;
