import { addonComponents } from "../phases/components/registry";
import { componentObjects } from "./cluster-objects";

/** Lifecycle of the addon CoreDNS, with the objects of kubeadm's phase `addon/coredns`. */
export const coreDns = componentObjects(addonComponents.coredns);
