import { parseAddress } from "./address";

/**
 * The scheme of an address as Go reads it, empty where it has none; undefined for what is no address.
 *
 * Source: net/url, Parse.
 * @param lenient as programs made for Go before 1.26 read it: the host of an http address may have colons
 */
export function goUrlScheme(text: string, lenient = false): string | undefined {
	if (hasControlCharacter(text)) return undefined;
	const [beforeFragment = "", fragment = ""] = cut(text, "#");
	if (!isEscaped(fragment)) return undefined;
	if (beforeFragment === "*") return "";
	const [, scheme = "", rest = beforeFragment] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(beforeFragment) ?? [];
	if (scheme === "" && rest.startsWith(":")) return undefined;
	const [hierarchy = ""] = cut(rest, "?");
	if (!hierarchy.startsWith("/")) {
		if (scheme) return scheme.toLowerCase();
		return hierarchy.split("/")[0]!.includes(":") || !isEscaped(hierarchy) ? undefined : "";
	}
	const hasAuthority = hierarchy.startsWith("//") && (scheme !== "" || !hierarchy.startsWith("///"));
	const [, authority = "", path = hierarchy] = (hasAuthority && /^\/\/([^/]*)(.*)$/s.exec(hierarchy)) || [];
	const strict = !lenient && /^https?$/i.test(scheme);
	return isAuthority(authority, strict) && isEscaped(path) ? scheme.toLowerCase() : undefined;
}

/** A part of an address without its escapes, which are bytes and need not be text. Source: net/url, unescape. */
export function unescaped(path: string): string {
	const bytes = Buffer.from(path).toString("latin1");
	const read = bytes.replace(/%([\da-f]{2})/gi, (_, byte) => String.fromCharCode(Number.parseInt(byte, 16)));
	return Buffer.from(read, "latin1").toString();
}

function isAuthority(authority: string, strict: boolean): boolean {
	const at = authority.lastIndexOf("@");
	const userInfo = authority.slice(0, Math.max(0, at));
	return (
		isHost(authority.slice(at + 1), strict) && /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userInfo) && isEscaped(userInfo)
	);
}

function isHost(host: string, strict: boolean): boolean {
	if (host.includes("[")) {
		const [, address = "", zone = ""] = /^\[([^\]%]*)(?:%25([^\]]*))?\](?::\d*)?$/.exec(host) ?? [];
		return address.includes(":") && parseAddress(address) !== undefined && isEscaped(zone);
	}
	const colon = strict ? host.indexOf(":") : host.lastIndexOf(":");
	return (colon < 0 || /^:\d*$/.test(host.slice(colon))) && isHostText(host);
}

/** Escapes in a host are for letters outside ASCII only. */
function isHostText(host: string): boolean {
	return /^(?:%[89a-fA-F][\da-fA-F]|%25|[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]|[^\0-\x7f])*$/.test(host);
}

function isEscaped(text: string): boolean {
	return !/%(?![\da-fA-F]{2})/.test(text);
}

function hasControlCharacter(text: string): boolean {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
	return /[\0-\x1f\x7f]/.test(text);
}

function cut(text: string, separator: string): [string, string] {
	const at = text.indexOf(separator);
	return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
