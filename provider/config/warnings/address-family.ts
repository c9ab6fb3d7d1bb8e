import { isUnknown } from "../../facts/unknown";
import { parseAddress, parseNetworks } from "../../go/address";
import { isHostsChoice } from "../advertise-address";
import type { Problem } from "../problems";
import type { Configured } from "./warn";

/**
 * Advertise addresses of another IP family than the first service subnet. The API server refuses to start with one.
 *
 * Source: `validateClusterIPFlags` and `validatePublicIPServiceClusterIPRangeIPFamilies`, cmd/kube-apiserver/app/options/validation.go.
 */
export function advertiseAddressFamily({ cluster, nodes }: Configured): Problem[] {
	if (!cluster) return [];
	const subnet = cluster.networking?.serviceSubnet || "10.96.0.0/12";
	const [first] = isUnknown(subnet) ? [] : (parseNetworks(subnet) ?? []);
	if (!first) return [];
	return nodes.flatMap(({ node, at: inNode }) => {
		const text = node.localAPIEndpoint?.advertiseAddress ?? "";
		const address = isUnknown(text) || isHostsChoice(text) ? undefined : parseAddress(text);
		if (!address || address.family === first.family) return [];
		const message = `${text} is an IPv${address.family} address, but the first service subnet (${subnet.split(",")[0]}) is IPv${first.family}: kube-apiserver does not start; give an IPv${first.family} address, or put an IPv${address.family} subnet first in networking.serviceSubnet`;
		return [{ path: inNode("localAPIEndpoint.advertiseAddress"), message }];
	});
}
