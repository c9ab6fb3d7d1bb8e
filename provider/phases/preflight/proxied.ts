import type { Cluster } from "../../config/cluster";
import type { Node } from "../../config/node";
import { hasUnknowns, UNKNOWN } from "../../facts/unknown";
import { nthAddress, parseAddress, parseNetworks, splitHostPort } from "../../go/address";

/**
 * Addresses and networks that the API server would reach through the proxy of `proxyEnvs`: its own address, and the
 * service and pod networks, each judged by its first address. kubeadm judges by the environment that it runs in, from
 * which it also takes `proxyEnvs`.
 *
 * Source: `HTTPProxyCheck`, `HTTPProxyCIDRCheck`, kubeadm preflight/checks.go; golang.org/x/net/http/httpproxy.
 * @returns addresses and CIDR networks; empty without HTTPS_PROXY; unknown where an input is unknown
 */
export function proxied({ proxyEnvs, networking }: Cluster, node: Node): string[] {
	const value = (name: string) =>
		proxyEnvs.find((env) => env.name === name)?.value ||
		proxyEnvs.find((env) => env.name === name.toLowerCase())?.value;
	if (!value("HTTPS_PROXY")) return [];
	const { advertiseAddress } = node.localAPIEndpoint;
	if (hasUnknowns([proxyEnvs, networking, advertiseAddress])) return UNKNOWN as never;
	const exceptions = (value("NO_PROXY") ?? "").split(",").map((item) => item.trim());
	const { serviceSubnet, podSubnet = "" } = networking;
	const targets = [
		[advertiseAddress, advertiseAddress],
		...`${serviceSubnet},${podSubnet}`
			.split(",")
			.flatMap((network) => (network ? [[network, nthAddress(network, 1)]] : [])),
	];
	return targets.flatMap(([name, address]) => (isExcepted(address!, exceptions) ? [] : [name!]));
}

function isExcepted(text: string, exceptions: readonly string[]): boolean {
	const address = parseAddress(text);
	if (!address) return true;
	if (address.family === 4 ? address.value >> 24n === 127n : address.value === 1n) return true;
	return exceptions.some((exception) => {
		if (exception === "*") return true;
		const [network] = exception.includes("/") ? (parseNetworks(exception) ?? []) : [];
		if (network) {
			const free = BigInt((network.family === 4 ? 32 : 128) - network.prefix);
			return network.family === address.family && network.value >> free === address.value >> free;
		}
		const { host } = splitHostPort(exception);
		const other = parseAddress(host);
		return other?.family === address.family && other.value === address.value;
	});
}
