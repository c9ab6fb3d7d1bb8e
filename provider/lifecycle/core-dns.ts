import { addonComponents } from "../phases/components/registry";
import { componentObjects } from "./cluster-objects";

/** The addon CoreDNS, with the objects of kubeadm's phase `addon/coredns`. */
export const coreDns = componentObjects(addonComponents.coredns);
