import { ports } from "../facts/ports";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { type Address, isLoopback, isUnspecified, normalizeAddress, parseAddress } from "../go/address";
import type { APIEndpoint, HostFacts } from "./node-spec";

/** What a host tells of its addresses. */
export const hostAddresses = ["defaultRouteAddress", "defaultRouteIPv6Address", "loopbackAddress"] as const;
export type HostAddresses = Partial<Pick<HostFacts, (typeof hostAddresses)[number]>>;

/** What a host that has not been asked yet may tell. One that has been may lack all but the first. */
const unknownHost: HostAddresses = {
	defaultRouteAddress: UNKNOWN,
	defaultRouteIPv6Address: UNKNOWN,
	loopbackAddress: UNKNOWN,
};

/** Where an API server listens: as said, else at kubeadm's port of the address that the host is to choose. */
export function endpoint(
	given: Partial<APIEndpoint> = {},
	host: HostAddresses = unknownHost,
	port: number = ports.apiServer,
): APIEndpoint {
	const said = given.advertiseAddress ?? "";
	const { defaultRouteAddress = UNKNOWN } = host;
	const chosen = choices(said).map((name) => ({ ...host, defaultRouteAddress })[name]);
	return {
		advertiseAddress: normalizeAddress(chosen.length > 0 ? (chosen.find(Boolean) ?? "") : said),
		bindPort: given.bindPort || port,
	};
}

/** Whether it stands for an address that the host chooses: nothing, any address and a loopback address do. */
export function isHostsChoice(said: string): boolean {
	return choices(said).length > 0;
}

/**
 * Which of a host's addresses it may stand for, the first that there is; none where an address is said.
 *
 * Source: `SetAPIEndpointDynamicDefaults`, cmd/kubeadm/app/util/config/initconfiguration.go; `ResolveBindAddress`,
 * apimachinery util/net.
 */
export function choices(said: string): (keyof HostAddresses)[] {
	if (isLoopback(said)) return ["loopbackAddress"];
	if (!isUnspecified(said)) return [];
	return parseAddress(said)?.family === 6
		? ["defaultRouteIPv6Address", "defaultRouteAddress"]
		: ["defaultRouteAddress"];
}

/** What an API server's address must be on its host, as far as that is known. */
export function ownAdvertiseAddress(said: string, { facts }: { facts?: HostAddresses }): string | undefined {
	if (!isLoopback(said)) return advertiseAddress(said);
	if (facts === undefined || isUnknown(facts) || facts.loopbackAddress) return undefined;
	return "an IP address that other nodes reach (this one asks for such an address on the host's loopback device, where none is known)";
}

/** What the address of an API server must be. */
export function advertiseAddress(text: string): string | undefined {
	if (text === "") return undefined;
	const address = parseAddress(text);
	// 0.0.0.0 and :: are that of the default route.
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
