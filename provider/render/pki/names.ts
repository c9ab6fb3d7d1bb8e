import type { Cluster } from "../../config/cluster";
import type { Node } from "../../config/node";
import { isUnknown } from "../../facts/unknown";
import { normalizeAddress, nthAddress, parseAddress, splitHostPort } from "../../go/address";

/**
 * Returns the names and addresses in the API server's certificate, in the notation of `CertificateRequest.sans`. The
 * node's name is always a DNS name, even where it looks like an address.
 *
 * Source: `GetAPIServerAltNames`, cmd/kubeadm/app/util/pkiutil/pki_helpers.go.
 */
export function apiServerNames(cluster: Cluster, node: Node): string[] {
	const { serviceSubnet, dnsDomain } = cluster.networking;
	const endpoint = cluster.controlPlaneEndpoint;
	return namesThenAddresses([
		dnsName(node.name),
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

/**
 * Returns the names and addresses in etcd's server and peer certificates, in the notation of `CertificateRequest.sans`.
 *
 * Source: `getAltNames`, cmd/kubeadm/app/util/pkiutil/pki_helpers.go.
 * @param extra names and addresses that the user adds
 */
export function etcdNames(node: Node, extra: readonly string[]): string[] {
	const address = node.localAPIEndpoint.advertiseAddress;
	return namesThenAddresses([dnsName(node.name), "localhost", address, "127.0.0.1", "::1", ...extra]);
}

const dnsPrefix = "DNS:";

/**
 * Returns a DNS name in the notation of `CertificateRequest.sans`: `DNS:192.0.2.11` for a name that looks like an
 * address, else the name itself.
 */
export function dnsName(name: string): string {
	return !isUnknown(name) && parseAddress(name) ? dnsPrefix + name : name;
}

/** Returns the kind and the value of an entry of `CertificateRequest.sans`. Addresses are normalized. */
export function generalName(entry: string): { type: "dns" | "ip"; value: string } {
	if (entry.startsWith(dnsPrefix)) return { type: "dns", value: entry.slice(dnsPrefix.length) };
	return parseAddress(entry) ? { type: "ip", value: normalizeAddress(entry) } : { type: "dns", value: entry };
}

/** DNS names sorted, then the addresses in the order given; each once. */
function namesThenAddresses(items: readonly string[]): string[] {
	const isAddress = (item: string) => !isUnknown(item) && parseAddress(item) !== undefined;
	const plain = (item: string) => item.replace(dnsPrefix, "");
	const names = items.filter((item) => !isAddress(item)).sort((a, b) => (plain(a) < plain(b) ? -1 : 1));
	const addresses = items.filter(isAddress).map(normalizeAddress);
	return [...new Set([...names, ...addresses])];
}
