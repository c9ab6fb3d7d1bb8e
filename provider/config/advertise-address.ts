import { ports } from "../facts/ports";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { type Address, isLoopback, isUnspecified, normalizeAddress, parseAddress } from "../go/address";
import type { APIEndpoint, HostFacts } from "./node-spec";

/** Names of the facts that are addresses of a host. */
export const hostAddresses = ["defaultRouteAddress", "defaultRouteIPv6Address", "loopbackAddress"] as const;
export type HostAddresses = Partial<Pick<HostFacts, (typeof hostAddresses)[number]>>;

/** Addresses of a host whose facts are not read yet: all unknown. A host may lack all of them except the first. */
const unknownHost: HostAddresses = {
	defaultRouteAddress: UNKNOWN,
	defaultRouteIPv6Address: UNKNOWN,
	loopbackAddress: UNKNOWN,
};

/** Resolved endpoint of an API server: the given address and port, else the host's address and kubeadm's port. */
export function endpoint(
	declaredEndpoint: Partial<APIEndpoint> = {},
	host: HostAddresses = unknownHost,
	port: number = ports.apiServer,
): APIEndpoint {
	const text = declaredEndpoint.advertiseAddress ?? "";
	const { defaultRouteAddress = UNKNOWN } = host;
	const chosen = choices(text).map((name) => ({ ...host, defaultRouteAddress })[name]);
	return {
		advertiseAddress: normalizeAddress(chosen.length > 0 ? (chosen.find(Boolean) ?? "") : text),
		bindPort: declaredEndpoint.bindPort || port,
	};
}

/** Whether an advertise address is left to the host: absent, `0.0.0.0`, `::` or a loopback address. */
export function isHostsChoice(text: string): boolean {
	return choices(text).length > 0;
}

/**
 * Returns the facts that an advertise address may stand for, in order: the first existing one counts. Empty for a concrete address.
 *
 * Source: `SetAPIEndpointDynamicDefaults`, cmd/kubeadm/app/util/config/initconfiguration.go; `ResolveBindAddress`,
 * apimachinery util/net.
 */
export function choices(text: string): (keyof HostAddresses)[] {
	if (isLoopback(text)) return ["loopbackAddress"];
	if (!isUnspecified(text)) return [];
	return parseAddress(text)?.family === 6
		? ["defaultRouteIPv6Address", "defaultRouteAddress"]
		: ["defaultRouteAddress"];
}

/** Rule for the advertise address of a node whose host's addresses may be known. */
export function nodeAdvertiseAddress(text: string, { facts }: { facts?: HostAddresses }): string | undefined {
	if (!isLoopback(text)) return advertiseAddress(text);
	if (facts === undefined || isUnknown(facts) || facts.loopbackAddress) return undefined;
	return "an IP address that other nodes reach (this one asks for such an address on the host's loopback device, where none is known)";
}

/** Rule for the advertise address of an API server. */
export function advertiseAddress(text: string): string | undefined {
	if (text === "") return undefined;
	const address = parseAddress(text);
	// 0.0.0.0 and :: stand for the address of the default route.
	return address && (address.value === 0n || isGlobalUnicast(address))
		? undefined
		: "an IP address that other nodes reach";
}

/** Source: VerifyAPIServerBindAddress, cmd/kubeadm/app/util/config/common.go; net.IP.IsGlobalUnicast. */
function isGlobalUnicast({ family, value }: Address): boolean {
	if (family === 6) return value !== 1n && value >> 120n !== 0xffn && value >> 118n !== 0x3fan;
	const first = value >> 24n;
	return first !== 127n && value >> 28n !== 0xen && value >> 16n !== 0xa9fen && value !== 0xffffffffn;
}
