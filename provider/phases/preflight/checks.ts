import { type Check, etcdHosts } from "./check";
import { externalEtcd } from "./external-etcd";
import { leftovers } from "./leftovers";
import { machine } from "./machine";
import { portsFree } from "./ports";
import { runtime } from "./runtime";
import { surroundings } from "./surroundings";
import { systemVerification } from "./system-verification";

/** All checks of a host, in the order of their findings. */
export const checks: readonly Check[] = [
	...machine,
	...runtime,
	systemVerification,
	portsFree,
	...leftovers,
	...externalEtcd,
	...surroundings,
];

/** Pull of images. Made after the other checks and apart from them, because it changes the host. Source: `ImagePullCheck`, kubeadm preflight/checks.go. */
export const imagePull: Omit<Check, "script" | "judge"> = {
	name: "ImagePull",
	expects:
		"the images of the host's static pods, which are pulled: where they are missing (`imagePullPolicy: IfNotPresent`) or in any case (`Always`), one after the other unless `imagePullSerial` is false. With `Never`, what is missing is a warning. So is another sandbox image of the container runtime than kubeadm's",
	on: etcdHosts,
	layer: "image",
	severity: "error or warning",
	next: "ctr -n k8s.io images pull IMAGE",
};

/** kubeadm's checks that this package does not make, and why. */
export const notMade: Record<string, string> = {
	KubernetesVersion:
		"it compares kubeadm's own release with the cluster's. Here a release that this package does not know is refused in preview.",
};
