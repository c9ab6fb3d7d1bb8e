import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { ExpectationError, expected } from "../config/expected";
import { SpecError } from "../config/problems";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { curves } from "./keys";

/**
 * The private keys of this run, by fingerprint. A resource's `check` puts each key here and keeps only the fingerprint
 * in the inputs. So Pulumi's state holds a CA's key once, and not again for each certificate that the CA signs.
 */
const keys = new Map<string, KeyObject>();

/**
 * Puts a private key into this process's memory, from which `rememberedKey` returns it.
 * @param pem PKCS#1, PKCS#8 or SEC 1, unencrypted
 * @param path name of the input, for errors @default `privateKey`
 * @returns the key's fingerprint: SHA-256 of the public key's SubjectPublicKeyInfo, hexadecimal; `UNKNOWN` for an unknown key
 * @throws SpecError for any other text, and for a key that is not RSA or on the curve P-256, P-384 or P-521
 */
export function rememberKey(pem: string, path = "privateKey"): string {
	if (isUnknown(pem)) return UNKNOWN;
	const key = privateKeyOf(pem, path);
	const fingerprint = fingerprintOf(createPublicKey(key));
	keys.set(fingerprint, key);
	return fingerprint;
}

/** A signing CA as a program gives it, such as the outputs of the `CertificateAuthority` resource. */
export interface AuthorityReference {
	/** Certificate, PEM. */
	certificate: string;
	/** PEM, unencrypted. Absent or empty for an external CA, whose key this package does not have. */
	privateKey?: string;
}

/** A signing CA as a resource's inputs keep it: with the fingerprint of its private key instead of the key. */
export interface AuthorityByFingerprint {
	/** Certificate, PEM. */
	certificate: string;
	/** Argument of `rememberedKey`. Absent for an external CA, whose key this package does not have. */
	fingerprint?: string;
}

/**
 * Puts the private key of a CA into memory, and returns the CA with the key's fingerprint instead of the key. Returns
 * `UNKNOWN` as both fields of an unknown CA, and an empty text as a missing certificate. The certificate is not checked.
 * @param path name of the input, for errors @default `authority`
 * @throws SpecError for a key that `rememberKey` refuses
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
 * Returns the private key that `rememberKey` put into memory in this run.
 * @param fingerprint result of `rememberKey`
 * @throws ExpectationError where no `check` of this run was given the key
 */
export function rememberedKey(fingerprint: string): KeyObject {
	const key = keys.get(fingerprint);
	if (key) return key;
	throw new ExpectationError({
		at: `private key ${fingerprint.slice(0, 12)}…`,
		expected: "the key in the arguments of a resource of this run",
		got: "none",
		next: "run `pulumi up` without ignoreChanges on the key",
	});
}

/** Returns the fingerprint of a public key: SHA-256 of its SubjectPublicKeyInfo, hexadecimal. @throws Error for a private key */
export function fingerprintOf(publicKey: KeyObject): string {
	return createHash("sha256")
		.update(publicKey.export({ type: "spki", format: "der" }))
		.digest("hex");
}

/**
 * Reads a private key of a kind that this package can sign with: RSA, or on the curve P-256, P-384 or P-521.
 * @param pem PKCS#1, PKCS#8 or SEC 1, unencrypted
 * @param path name of the input, for errors
 * @throws SpecError for any other text or kind of key; the message does not show the text
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
