import type { EtcdOf } from "../../config/cluster";
import { paths } from "../../facts/paths";
import { applyPatches } from "../patches";
import { etcd } from "./etcd";
import { kubeApiserver } from "./kube-apiserver";
import { kubeControllerManager } from "./kube-controller-manager";
import { kubeScheduler } from "./kube-scheduler";
import type { StaticPod } from "./pod";
import { withoutRoot } from "./rootless";

/** The control plane's static pods. */
export const staticPods = {
	etcd: asPlaced("etcd", etcd),
	"kube-apiserver": asPlaced("kube-apiserver", kubeApiserver),
	"kube-controller-manager": asPlaced("kube-controller-manager", kubeControllerManager),
	"kube-scheduler": asPlaced("kube-scheduler", kubeScheduler),
} as const satisfies Record<string, StaticPod>;

export type StaticPodName = keyof typeof staticPods;

/** The static pods that a cluster has: with an external etcd, none of etcd. */
export function staticPodNamesOf({ etcd: { external } = {} }: EtcdOf): StaticPodName[] {
	const names = Object.keys(staticPods) as StaticPodName[];
	return names.filter((name) => name !== "etcd" || external === undefined);
}

/** Path of a static pod's manifest. */
export function staticPodPath(name: StaticPodName): string {
	return `${paths.manifestsDirectory}/${name}.yaml`;
}

/** As kubeadm writes it: what it does for all of them, done, the node's patches last. */
function asPlaced(name: Parameters<typeof withoutRoot>[0], render: StaticPod): StaticPod {
	const rendered = withoutRoot(name, render);
	return (cluster, node, members) => applyPatches(rendered(cluster, node, members), { target: name, cluster, node });
}
