import { staticPod } from "./static-pod";

/** kube-scheduler: a static pod. */
export const kubeScheduler = staticPod("kube-scheduler");
