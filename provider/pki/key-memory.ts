import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { ExpectationError, expected } from "../config/expected";
import { SpecError } from "../config/problems";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { curves } from "./keys";

/**
 * The private keys of this run, by fingerprint. `check` puts each key here and leaves only the fingerprint among a
 * resource's inputs, so that the state has a CA's key once, and not again with each certificate that the CA signs.
 */
const keys = new Map<string, KeyObject>();

/**
 * Puts a private key into memory.
 * @param pem PKCS#1, PKCS#8 or SEC 1, unencrypted
 * @param path name of the input, for errors
 * @returns the key's fingerprint: SHA-256 of the public key's SubjectPublicKeyInfo, hexadecimal; `UNKNOWN` for an unknown key
 * @throws SpecError for a text that is no such key
 */
export function rememberKey(pem: string, path = "privateKey"): string {
	if (isUnknown(pem)) return UNKNOWN;
	const key = privateKeyOf(pem, path);
	const fingerprint = fingerprintOf(createPublicKey(key));
	keys.set(fingerprint, key);
	return fingerprint;
}

/** A signing CA as the `CertificateAuthority` resource gives it. Without `privateKey` the CA is external: its key is elsewhere. */
export interface AuthorityReference {
	certificate: string;
	privateKey?: string;
}

/** A signing CA with its private key in memory. Without `fingerprint` the CA is external. */
export interface AuthorityByFingerprint {
	certificate: string;
	fingerprint?: string;
}

/**
 * Puts the private key of a CA into memory, and replaces it by its fingerprint.
 * @param path name of the input, for errors
 */
export function authorityByFingerprint(
	authority: Partial<AuthorityReference>,
	path = "authority",
): AuthorityByFingerprint {
	if (isUnknown(authority)) return { certificate: UNKNOWN, fingerprint: UNKNOWN };
	const { certificate = "", privateKey } = authority;
	return privateKey ? { certificate, fingerprint: rememberKey(privateKey, `${path}.privateKey`) } : { certificate };
}

/**
 * A private key from memory.
 * @throws an error where `check` has not seen this key in this run
 */
export function rememberedKey(fingerprint: string): KeyObject {
	const key = keys.get(fingerprint);
	if (key) return key;
	throw new ExpectationError({
		at: `private key ${fingerprint.slice(0, 12)}…`,
		expected: "the key among this run's inputs",
		got: "none",
		next: "run `pulumi up` without ignoreChanges on the key",
	});
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
			expected({
				expected: "an unencrypted PEM key (PKCS#1, PKCS#8 or SEC 1)",
				got: kindOf(pem),
				next: "`openssl pkey -in KEY` converts one",
			}),
		);
	}
	const kind = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? "none";
	if (kind !== "rsa" && !(kind in curves))
		throw refuse(expected({ expected: "an RSA key, or one on the curve P-256, P-384 or P-521", got: kind }));
	return key;
}

/** Says what kind of text was given instead of a private key, without its content. */
function kindOf(pem: string): string {
	if (/-----BEGIN ([A-Z]+ )?PUBLIC KEY-----/.test(pem)) return "a public key, which cannot sign";
	if (/-----BEGIN CERTIFICATE-----/.test(pem)) return "a certificate";
	if (/ENCRYPTED/.test(pem)) return "an encrypted one";
	return "something else";
}
