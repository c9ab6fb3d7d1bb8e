import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { SpecError } from "../config/problems";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { curves } from "./keys";

/**
 * Private keys in this process's memory, by the fingerprint of their public key. `check` puts a key here and leaves only
 * the fingerprint among the inputs, so that a CA's key stands in the state once and not again with each certificate.
 */
const keys = new Map<string, KeyObject>();

/**
 * Takes a private key out of a resource's inputs.
 * @param pem PKCS#1, PKCS#8 or SEC 1, unencrypted
 * @param path the input that it is
 * @returns its fingerprint: SHA-256 of the public key's SubjectPublicKeyInfo, hexadecimal; `UNKNOWN` for a key not known yet
 * @throws SpecError for what is no such key
 */
export function keep(pem: string, path = "privateKey"): string {
	if (isUnknown(pem)) return UNKNOWN;
	const key = privateKeyOf(pem, path);
	const fingerprint = fingerprintOf(createPublicKey(key));
	keys.set(fingerprint, key);
	return fingerprint;
}

/** The CA that signs, as the `CertificateAuthority` resource gives it; an external one has no key here. */
export interface AuthorityReference {
	certificate: string;
	privateKey?: string;
}

/** The same with its key taken out; without a fingerprint it signs elsewhere. */
export interface KeptAuthority {
	certificate: string;
	fingerprint?: string;
}

export function keptAuthority(authority: Partial<AuthorityReference>): KeptAuthority {
	if (isUnknown(authority)) return { certificate: UNKNOWN, fingerprint: UNKNOWN };
	const { certificate = "", privateKey } = authority;
	return privateKey ? { certificate, fingerprint: keep(privateKey, "authority.privateKey") } : { certificate };
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

/**
 * Reads a private key that can sign here.
 * @throws SpecError
 */
export function privateKeyOf(pem: string, path: string): KeyObject {
	const refuse = (message: string) => new SpecError("private key", [{ path, message }]);
	let key: KeyObject;
	try {
		key = createPrivateKey(pem);
	} catch {
		throw refuse(
			`expected an unencrypted PEM key (PKCS#1, PKCS#8 or SEC 1), got ${kindOf(pem)}; \`openssl pkey -in KEY\` converts one`,
		);
	}
	const kind = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? "none";
	if (kind !== "rsa" && !(kind in curves))
		throw refuse(`expected an RSA key, or one on the curve P-256, P-384 or P-521, got ${kind}`);
	return key;
}

/** What a text is that is no private key; never what stands in it. */
function kindOf(pem: string): string {
	if (/-----BEGIN ([A-Z]+ )?PUBLIC KEY-----/.test(pem)) return "a public key, which cannot sign";
	if (/-----BEGIN CERTIFICATE-----/.test(pem)) return "a certificate";
	if (/ENCRYPTED/.test(pem)) return "an encrypted one";
	return "something else";
}
