import { createHmac } from "node:crypto";
import { type PublicKey, parsePublicKey } from "./public-key";

/** Keys that a known_hosts file has for one host. Certificate authorities are ignored. */
export function knownKeys(file: string, host: string, port: number): { trusted: PublicKey[]; revoked: PublicKey[] } {
	const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
	const trusted: PublicKey[] = [];
	const revoked: PublicKey[] = [];
	for (const line of file.split("\n")) {
		const fields = line.trim().split(/\s+/);
		const marker = fields[0]?.startsWith("@") ? fields.shift() : undefined;
		const [patterns, ...key] = fields;
		if (!patterns || patterns.startsWith("#") || marker === "@cert-authority" || !names(patterns, name)) continue;
		const parsed = parsePublicKey(key.join(" "));
		if (parsed) (marker === "@revoked" ? revoked : trusted).push(parsed);
	}
	return { trusted, revoked };
}

function names(patterns: string, name: string): boolean {
	if (patterns.startsWith("|1|")) {
		const [, , salt = "", hash = ""] = patterns.split("|");
		return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest().equals(Buffer.from(hash, "base64"));
	}
	const all = patterns.toLowerCase().split(",");
	if (all.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1), name))) return false;
	return all.some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
	const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
	return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(name);
}
