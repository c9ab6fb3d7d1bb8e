/**
 * What is behind a target of patches: the kind of object, whose Go type the patched text is read into; a kubelet's
 * configuration is read into none. Which release knows which target is among its facts.
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
