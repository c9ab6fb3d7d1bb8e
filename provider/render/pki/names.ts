import type { Cluster } from "../../config/cluster";
import type { Node } from "../../config/node";
import { isUnknown } from "../../facts/unknown";
import { normalizeAddress, nthAddress, parseAddress, splitHostPort } from "../../go/address";

/**
 * Names and addresses in the API server's certificate.
 *
 * Source: GetAPIServerAltNames, cmd/kubeadm/app/util/pkiutil/pki_helpers.go.
 */
export function apiServerNames(cluster: Cluster, node: Node): string[] {
	const { serviceSubnet, dnsDomain } = cluster.networking;
	const endpoint = cluster.controlPlaneEndpoint;
	return namesThenAddresses([
		node.name,
		"kubernetes",
		"kubernetes.default",
		"kubernetes.default.svc",
		`kubernetes.default.svc.${dnsDomain}`,
		nthAddress(serviceSubnet, 1),
		node.localAPIEndpoint.advertiseAddress,
		...(endpoint ? [splitHostPort(endpoint).host] : []),
		...cluster.apiServer.certSANs,
	]);
}

/** Names and addresses in etcd's server and peer certificates. Source: getAltNames, in the same file. */
export function etcdNames(node: Node, extra: readonly string[]): string[] {
	const address = node.localAPIEndpoint.advertiseAddress;
	return namesThenAddresses([node.name, "localhost", address, "127.0.0.1", "::1", ...extra]);
}

/** DNS names sorted, then the addresses in the order given; each once. */
function namesThenAddresses(items: readonly string[]): string[] {
	const isAddress = (item: string) => !isUnknown(item) && parseAddress(item) !== undefined;
	const names = items.filter((item) => !isAddress(item)).sort((a, b) => (a < b ? -1 : 1));
	const addresses = items.filter(isAddress).map(normalizeAddress);
	return [...new Set([...names, ...addresses])];
}
