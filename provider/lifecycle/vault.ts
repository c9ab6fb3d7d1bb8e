import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { isUnknown, UNKNOWN } from "../facts/unknown";

/**
 * Private keys in this process's memory, by the fingerprint of their public key. `check` puts a key here and leaves only
 * the fingerprint among the inputs, so that a CA's key stands in the state once and not again with each certificate.
 */
const keys = new Map<string, KeyObject>();

/**
 * Takes a private key out of a resource's inputs.
 * @param pem PKCS#1, PKCS#8 or SEC 1, unencrypted
 * @returns its fingerprint: SHA-256 of the public key's SubjectPublicKeyInfo, hexadecimal; `UNKNOWN` for a key not known yet
 */
export function keep(pem: string): string {
	if (isUnknown(pem)) return UNKNOWN;
	const key = createPrivateKey(pem);
	const fingerprint = fingerprintOf(createPublicKey(key));
	keys.set(fingerprint, key);
	return fingerprint;
}

/** The private key of a fingerprint that `check` saw in this run. */
export function recall(fingerprint: string): KeyObject {
	const key = keys.get(fingerprint);
	if (key) return key;
	throw new Error(
		`private key ${fingerprint.slice(0, 12)}…: expected it among this run's inputs, got none; run \`pulumi up\` without ignoreChanges on the key`,
	);
}

/** SHA-256 of a public key's SubjectPublicKeyInfo, hexadecimal. */
export function fingerprintOf(publicKey: KeyObject): string {
	return createHash("sha256")
		.update(publicKey.export({ type: "spki", format: "der" }))
		.digest("hex");
}
