import { X509Certificate } from "node:crypto";
import { fingerprintOf } from "./key-memory";

/** The certificates in a PEM text, each as PEM. What else stands in it is passed over. */
export function certificatesIn(pem: string): string[] {
	return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/** `sha256:…` of each certificate's public key. Source: `Hash`, kubeadm util/pubkeypin/pubkeypin.go. */
export function hashesOf(pem: string): string[] {
	return certificatesIn(pem).map(
		(certificate) => `sha256:${fingerprintOf(new X509Certificate(certificate).publicKey)}`,
	);
}

/** Whether one of a cluster's CAs is among those that are expected. */
export function isPinned(pem: string, hashes: readonly string[]): boolean {
	const wanted = hashes.map((hash) => hash.toLowerCase());
	return hashesOf(pem).some((hash) => wanted.includes(hash));
}
