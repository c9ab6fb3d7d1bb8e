import { createPublicKey, generateKeyPair, type KeyObject, webcrypto } from "node:crypto";
import type { EncryptionAlgorithm } from "../config/cluster";

/** Parameters of each of kubeadm's key algorithms. Source: `GeneratePrivateKey`, kubeadm util/pkiutil/pki_helpers.go. */
const algorithms: Record<EncryptionAlgorithm, { type: "rsa" | "ec"; options: object }> = {
	"RSA-2048": { type: "rsa", options: { modulusLength: 2048 } },
	"RSA-3072": { type: "rsa", options: { modulusLength: 3072 } },
	"RSA-4096": { type: "rsa", options: { modulusLength: 4096 } },
	"ECDSA-P256": { type: "ec", options: { namedCurve: "P-256" } },
	"ECDSA-P384": { type: "ec", options: { namedCurve: "P-384" } },
};

/** Elliptic curves for signing, by OpenSSL's names: the name in Web Crypto, and the hash that Go signs with. */
export const curves: Record<string, { namedCurve: string; hash: string }> = {
	prime256v1: { namedCurve: "P-256", hash: "SHA-256" },
	secp384r1: { namedCurve: "P-384", hash: "SHA-384" },
	secp521r1: { namedCurve: "P-521", hash: "SHA-512" },
};

/** Generates a private key of one of kubeadm's algorithms, for example `RSA-2048`. */
export async function newKey(algorithm: EncryptionAlgorithm): Promise<KeyObject> {
	const { type, options } = algorithms[algorithm];
	return new Promise((resolve, reject) => {
		generateKeyPair(type as "rsa", options as { modulusLength: number }, (error, _public, key) =>
			error ? reject(error) : resolve(key),
		);
	});
}

/** Formats a private key as PEM, in the format that kubeadm writes: PKCS#1 for RSA, SEC 1 for elliptic curves. */
export function keyPem(key: KeyObject): string {
	return key.export({ type: key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1", format: "pem" } as never) as string;
}

/** Formats the public key of a private key as PEM, in the format of kubeadm's `sa.pub` (SubjectPublicKeyInfo). */
export function publicKeyPem(key: KeyObject): string {
	return createPublicKey(key).export({ type: "spki", format: "pem" }) as string;
}

/** Converts a private key to a key pair of Web Crypto, with the algorithm to sign with: ECDSA with the curve's hash, or RSASSA-PKCS1-v1_5 with SHA-256. @param key RSA, or on a curve of `curves` */
export async function signer(
	key: KeyObject,
): Promise<{ keys: webcrypto.CryptoKeyPair; algorithm: webcrypto.EcdsaParams | webcrypto.Algorithm }> {
	const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? ""];
	const algorithm = curve ? { name: "ECDSA", ...curve } : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
	const load = (format: "pkcs8" | "spki", der: Buffer, usage: "sign" | "verify") =>
		webcrypto.subtle.importKey(format, der, algorithm, true, [usage]);
	const [privateKey, publicKey] = await Promise.all([
		load("pkcs8", key.export({ type: "pkcs8", format: "der" }), "sign"),
		load("spki", createPublicKey(key).export({ type: "spki", format: "der" }), "verify"),
	]);
	return { keys: { privateKey, publicKey }, algorithm };
}
