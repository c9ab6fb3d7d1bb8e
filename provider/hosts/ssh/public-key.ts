import { createHash } from "node:crypto";

/** A host's public key. */
export interface PublicKey {
	/** `ssh-ed25519` */
	type: string;
	/** As it goes over the wire. */
	blob: Buffer;
}

/** Reads `ssh-ed25519 AAAA… comment`; undefined if it is none. */
export function parsePublicKey(text: string): PublicKey | undefined {
	const [type, base64] = text.trim().split(/\s+/);
	if (!type || !base64) return undefined;
	const blob = Buffer.from(base64, "base64");
	return typeOf(blob) === type ? { type, blob } : undefined;
}

/** The type that a public key names itself as, empty if it is no key. */
export function typeOf(blob: Buffer): string {
	return blob.length < 4 ? "" : blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1");
}

/** `ssh-ed25519 AAAA…`, as in known_hosts and authorized_keys. */
export function formatKey(blob: Buffer): string {
	return `${typeOf(blob)} ${blob.toString("base64")}`;
}

/** `SHA256:…`, as ssh and ssh-keygen print it. */
export function fingerprint(blob: Buffer): string {
	return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
