import { paths } from "../../facts/paths";
import { etcd } from "./etcd";
import { kubeApiserver } from "./kube-apiserver";
import { kubeControllerManager } from "./kube-controller-manager";
import { kubeScheduler } from "./kube-scheduler";
import type { StaticPod } from "./pod";

/** The control plane's static pods. */
export const staticPods = {
	etcd,
	"kube-apiserver": kubeApiserver,
	"kube-controller-manager": kubeControllerManager,
	"kube-scheduler": kubeScheduler,
} as const satisfies Record<string, StaticPod>;

export type StaticPodName = keyof typeof staticPods;

export const staticPodNames = Object.keys(staticPods) as StaticPodName[];

/** Where a static pod's manifest is placed. */
export function staticPodPath(name: StaticPodName): string {
	return `${paths.manifestsDirectory}/${name}.yaml`;
}
