import { X509Certificate } from "node:crypto";
import { certificatesIn } from "../render/pki/bundle";
import { fingerprintOf } from "./key-memory";

/** Computes the hash (`sha256:…`, hexadecimal) of the public key of each certificate in a PEM text; empty for a text without certificates. @throws Error for a broken certificate. Source: `Hash`, kubeadm util/pubkeypin/pubkeypin.go. */
export function hashesOf(pem: string): string[] {
	return certificatesIn(pem).map(
		(certificate) => `sha256:${fingerprintOf(new X509Certificate(certificate).publicKey)}`,
	);
}

/** Whether at least one of the CA certificates in a PEM text has one of the hashes `sha256:…`, in upper or lower case. @throws Error for a broken certificate */
export function isPinned(pem: string, hashes: readonly string[]): boolean {
	const pinned = hashes.map((hash) => hash.toLowerCase());
	return hashesOf(pem).some((hash) => pinned.includes(hash));
}
