import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
	BasicConstraintsExtension,
	cryptoProvider,
	KeyUsageFlags,
	KeyUsagesExtension,
	PemConverter,
	X509CertificateGenerator,
} from "@peculiar/x509";

const HOUR_MILLISECONDS = 3_600_000;

/** A CA as a user would give it, PEM. @param period hours from now; it is valid today by default */
export async function givenCa({
	from = -1,
	until = 24,
}: {
	from?: number;
	until?: number;
}): Promise<{ certificate: string; privateKey: string }> {
	cryptoProvider.set(webcrypto as never);
	const keys = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		name: "CN=given",
		notBefore: new Date(Date.now() + from * HOUR_MILLISECONDS),
		notAfter: new Date(Date.now() + until * HOUR_MILLISECONDS),
		keys: keys as never,
		signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
		extensions: [
			new BasicConstraintsExtension(true, undefined, true),
			new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
		],
	});
	const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
	return { certificate: certificate.toString("pem"), privateKey: PemConverter.encode(key, "PRIVATE KEY") };
}
