import { addonComponents } from "../phases/components/registry";
import { componentObjects } from "./cluster-objects";

/** Lifecycle of the addon kube-proxy, with the objects of kubeadm's phase `addon/kube-proxy`. */
export const kubeProxy = componentObjects(addonComponents["kube-proxy"]);
