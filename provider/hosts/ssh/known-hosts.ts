import { createHmac } from "node:crypto";
import { type PublicKey, parsePublicKey } from "./public-key";

/** A key of a known_hosts file. */
export interface KnownKey extends PublicKey {
	/** Number of its line, from 1. */
	line: number;
}

/** What a known_hosts file says of one host. */
export interface KnownKeys {
	/** Keys of the host. */
	trusted: KnownKey[];
	/** Keys that are marked `@revoked`. */
	revoked: KnownKey[];
	/** Keys of certificate authorities, marked `@cert-authority`. */
	authorities: KnownKey[];
}

/** Reads what a known_hosts file says of one host. A line that is no key is skipped. */
export function knownKeys(file: string, host: string, port: number): KnownKeys {
	const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
	const keys: KnownKeys = { trusted: [], revoked: [], authorities: [] };
	for (const [index, text] of file.split("\n").entries()) {
		const fields = text.trim().split(/\s+/);
		const list = lists[fields[0] ?? ""];
		const [patterns, ...key] = list ? fields.slice(1) : fields;
		if (!patterns || /^[#@]/.test(patterns) || !names(patterns, name)) continue;
		const parsed = parsePublicKey(key.join(" "));
		if (parsed) keys[list ?? "trusted"].push({ ...parsed, line: index + 1 });
	}
	return keys;
}

/** Lists by the marker at the beginning of a line. Source: SSH_KNOWN_HOSTS FILE FORMAT of sshd(8). */
const lists: Readonly<Record<string, keyof KnownKeys>> = { "@revoked": "revoked", "@cert-authority": "authorities" };

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
