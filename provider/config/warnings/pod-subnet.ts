import { isUnknown } from "../../facts/unknown";
import type { Problem } from "../problems";
import type { Configured } from "./warn";

/** A cluster without a pod subnet: no node gets a range for its pods, which most network plugins need. */
export function missingPodSubnet({ cluster, at }: Configured): Problem[] {
	if (!cluster || isUnknown(cluster.networking) || cluster.networking?.podSubnet) return [];
	const message =
		"not given: nodes get no range of pod addresses, which most network plugins (Flannel, kindnet …) wait for; give one that the plugin uses too, such as 10.244.0.0/16";
	return [{ path: at("networking.podSubnet"), message }];
}
