import { isUnknown, UNKNOWN } from "../facts/unknown";

/** An IP address. */
export interface Address {
	family: 4 | 6;
	value: bigint;
}

/** An IP network. */
export interface Network extends Address {
	/** Length of the mask. */
	prefix: number;
	/** Number of bits of an address: 128 also for an IPv4 network in IPv6 form. */
	bits: 32 | 128;
}

/** Reads an IP address; undefined if it is none. Each of its numbers may have leading zeros. Source: ParseIPSloppy of k8s.io/utils/net. */
export function parseAddress(text: string): Address | undefined {
	if (!text.includes(":")) return parseIPv4(text);
	const value = parseIPv6(text);
	if (value === undefined) return undefined;
	return unmapped(value);
}

/** Whether a text is an unspecified address (`0.0.0.0`, `::`) or empty. Source: net.IP.IsUnspecified. */
export function isUnspecified(text: string): boolean {
	return text === "" || parseAddress(text)?.value === 0n;
}

/** Source: net.IP.IsLoopback. */
export function isLoopback(text: string): boolean {
	const address = parseAddress(text);
	if (!address) return false;
	return address.family === 4 ? address.value >> 24n === 127n : address.value === 1n;
}

/** Go takes an IPv4 address in IPv6 form as what it is. */
function unmapped(value: bigint): Address {
	return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

/** An address as Go prints it: IPv6 in lower case, its longest run of zeros left out. */
export function formatAddress({ family, value }: Address): string {
	if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
	const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
	const zeros = longestZeros(groups);
	if (zeros.length < 2) return groups.join(":");
	return `${groups.slice(0, zeros.start).join(":")}::${groups.slice(zeros.start + zeros.length).join(":")}`;
}

/** An address in its canonical spelling; any other text stays as it is. */
export function normalizeAddress(text: string): string {
	const address = parseAddress(text);
	return address ? formatAddress(address) : text;
}

/** Reads `10.96.0.0/12`, or several with a comma between; undefined if any is none. */
export function parseNetworks(text: string): Network[] | undefined {
	const networks = text.split(",").map(parseNetwork);
	return networks.every((network) => network !== undefined) ? networks : undefined;
}

/** Number of addresses of a network. */
export function networkSize({ bits, prefix }: Network): bigint {
	return 2n ** BigInt(bits - prefix);
}

/** The nth address of the first of the networks; unknown for what is not known. */
export function nthAddress(networks: string, index: number): string {
	const network = isUnknown(networks) ? undefined : parseNetworks(networks)?.[0];
	return network ? formatAddress({ family: network.family, value: network.value + BigInt(index) }) : UNKNOWN;
}

/** `host:port`, with brackets around IPv6. Source: Go's net.JoinHostPort. */
export function joinHostPort(host: string, port: number | string): string {
	return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Host and port of `host`, `host:port`, `[ipv6]:port` or `ipv6`. Source: ParseHostPort of kubeadm's util/endpoint.go. */
export function splitHostPort(text: string): { host: string; port: string } {
	const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
	return match ? { host: match[1] ?? match[2] ?? "", port: match[3] ?? "" } : { host: text, port: "" };
}

/** The loopback address of the same family; unknown for an unknown address. */
export function loopbackFor(address: string): string {
	if (isUnknown(address)) return UNKNOWN;
	return parseAddress(address)?.family === 6 ? "::1" : "127.0.0.1";
}

function parseNetwork(text: string): Network | undefined {
	const [, host = "", mask = ""] = /^(.+)\/(\d+)$/.exec(text) ?? [];
	const bits = host.includes(":") ? 128 : 32;
	const address = bits === 32 ? parseIPv4(host)?.value : parseIPv6(host);
	if (address === undefined || mask === "" || Number(mask) > bits) return undefined;
	const free = BigInt(bits - Number(mask));
	const value = (address >> free) << free;
	return { ...(bits === 32 ? { family: 4, value } : unmapped(value)), prefix: Number(mask), bits };
}

function parseIPv4(text: string): Address | undefined {
	const parts = text.split(".");
	if (parts.length !== 4 || !parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255)) return undefined;
	return { family: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function parseIPv6(text: string): bigint | undefined {
	const halves = text.split("::");
	if (halves.length > 2) return undefined;
	const [head, tail] = halves.map((half, index) => {
		const parts = half === "" ? [] : half.split(":");
		// An IPv4 address may stand at the end of all.
		return parts.flatMap((part, at) =>
			index === halves.length - 1 && at === parts.length - 1 ? groups(part) : [part],
		);
	});
	if (!head || [...head, ...(tail ?? [])].some((group) => !/^0*[\da-f]{1,4}$/i.test(group))) return undefined;
	const missing = 8 - head.length - (tail?.length ?? 0);
	if (tail ? missing < 1 : missing !== 0) return undefined;
	const all = [...head, ...Array<string>(missing).fill("0"), ...(tail ?? [])];
	return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** An IPv4 address at the end counts as two groups. */
function groups(part: string): string[] {
	const address = part.includes(".") ? parseIPv4(part) : undefined;
	return address ? [(address.value >> 16n).toString(16), (address.value & 0xffffn).toString(16)] : [part];
}

function longestZeros(groups: string[]): { start: number; length: number } {
	let best = { start: 0, length: 0 };
	for (let start = 0; start < groups.length; start++) {
		let length = 0;
		while (groups[start + length] === "0") length++;
		if (length > best.length) best = { start, length };
	}
	return best;
}
