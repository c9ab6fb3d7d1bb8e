import type { EtcdOf } from "../../config/cluster";
import { paths } from "../../facts/paths";
import { applyPatches } from "../patches";
import { etcd } from "./etcd";
import { kubeApiserver } from "./kube-apiserver";
import { kubeControllerManager } from "./kube-controller-manager";
import { kubeScheduler } from "./kube-scheduler";
import type { StaticPod } from "./pod";
import { withoutRoot } from "./rootless";

/** Renderers of the control plane's static pods, by kubeadm's names. Patches of the node are applied. */
export const staticPods = {
	etcd: asPlaced("etcd", etcd),
	"kube-apiserver": asPlaced("kube-apiserver", kubeApiserver),
	"kube-controller-manager": asPlaced("kube-controller-manager", kubeControllerManager),
	"kube-scheduler": asPlaced("kube-scheduler", kubeScheduler),
} as const satisfies Record<string, StaticPod>;

/** kubeadm's name of a component that runs as a static pod, such as "kube-apiserver". */
export type StaticPodName = keyof typeof staticPods;

/** Returns the names of the static pods that a cluster has: without "etcd" where etcd is external. */
export function staticPodNamesOf({ etcd: { external } = {} }: EtcdOf): StaticPodName[] {
	const names = Object.keys(staticPods) as StaticPodName[];
	return names.filter((name) => name !== "etcd" || external === undefined);
}

/** Returns the absolute path of a static pod's manifest, in /etc/kubernetes/manifests. */
export function staticPodPath(name: StaticPodName): string {
	return `${paths.manifestsDirectory}/${name}.yaml`;
}

/** As kubeadm writes it: what it does for all of them, done, the node's patches last. */
function asPlaced(name: Parameters<typeof withoutRoot>[0], render: StaticPod): StaticPod {
	const rendered = withoutRoot(name, render);
	return (cluster, node, members) => applyPatches(rendered(cluster, node, members), { target: name, cluster, node });
}
