import { createHash } from "node:crypto";

/** A host's public key. */
export interface PublicKey {
	/** Type of the key, such as `ssh-ed25519`. */
	type: string;
	/** The key in SSH's wire format. */
	blob: Buffer;
}

/** Reads `ssh-ed25519 AAAA… comment`. Returns `undefined` for any other text. */
export function parsePublicKey(text: string): PublicKey | undefined {
	const [type, base64] = text.trim().split(/\s+/);
	if (!type || !base64) return undefined;
	const blob = Buffer.from(base64, "base64");
	return typeOf(blob) === type ? { type, blob } : undefined;
}

/** Type that a public key names. Empty for a blob that is no key. */
export function typeOf(blob: Buffer): string {
	return blob.length < 4 ? "" : blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1");
}

/** Writes a key as in known_hosts and authorized_keys: `ssh-ed25519 AAAA…`. */
export function formatKey(blob: Buffer): string {
	return `${typeOf(blob)} ${blob.toString("base64")}`;
}

/** Fingerprint of a key as ssh and ssh-keygen print it: `SHA256:…`. */
export function fingerprint(blob: Buffer): string {
	return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
