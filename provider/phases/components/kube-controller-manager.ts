import { staticPod } from "./static-pod";

/** kube-controller-manager: a static pod. */
export const kubeControllerManager = staticPod("kube-controller-manager");
