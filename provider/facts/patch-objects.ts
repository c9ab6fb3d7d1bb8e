/**
 * Kind of the object behind each target of patches. kubeadm reads the patched text into the Go type of that kind; a kubelet's
 * configuration is read into none. `releases` says which release knows which target.
 *
 * Source: the calls of ApplyPatchesToTarget in cmd/kubeadm/app.
 */
export const patchObjects = {
	etcd: "Pod",
	"kube-apiserver": "Pod",
	"kube-controller-manager": "Pod",
	"kube-scheduler": "Pod",
	kubeletconfiguration: "KubeletConfiguration",
	corednsdeployment: "Deployment",
	kubeproxydaemonset: "DaemonSet",
} as const;

export type PatchTarget = keyof typeof patchObjects;
