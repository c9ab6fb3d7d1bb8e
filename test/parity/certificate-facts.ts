import { X509Certificate } from "node:crypto";
import type { CertificateRequest } from "../../provider/render/pki/certificates";

/** Backdating of a certificate in kubeadm, in seconds. Source: CertificateBackdate, constants.go. */
const backdate = 300;

const usageNames: Record<string, string> = { "1.3.6.1.5.5.7.3.1": "serverAuth", "1.3.6.1.5.5.7.3.2": "clientAuth" };

/** What a certificate says, and whether the issuer signed it. */
export function certificateFacts(pem: string, issuer: X509Certificate) {
	const certificate = new X509Certificate(pem);
	const { publicKey } = certificate;
	const details = publicKey.asymmetricKeyDetails ?? {};
	return {
		subject: certificate.subject.split("\n"),
		usages: (certificate.keyUsage ?? []).map((oid) => usageNames[oid] ?? oid),
		sans: (certificate.subjectAltName ?? "")
			.split(", ")
			.filter(Boolean)
			.map((name) => name.replace(/^(DNS|IP Address):/, "")),
		validity: (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 1000 - backdate,
		algorithm:
			publicKey.asymmetricKeyType === "rsa"
				? `RSA-${details.modulusLength}`
				: (curves[details.namedCurve ?? ""] ?? details.namedCurve),
		isCa: certificate.ca,
		isSigned: certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey),
	};
}

const curves: Record<string, string> = { prime256v1: "ECDSA-P256", secp384r1: "ECDSA-P384" };

/** What the certificate of a request must say. */
export function requestFacts(request: Omit<CertificateRequest, "certificatePath" | "keyPath">) {
	return {
		subject: [...request.organizations.map((name) => `O=${name}`), `CN=${request.commonName}`],
		usages: request.usages,
		sans: request.sans.map(expandIPv6),
		validity: request.validity,
		algorithm: request.algorithm,
		isCa: request.ca === undefined,
		isSigned: true,
	};
}

/** OpenSSL prints IPv6 in full. */
function expandIPv6(name: string): string {
	if (!name.includes(":")) return name;
	const [head = "", tail] = name.split("::");
	const left = head.split(":").filter(Boolean);
	const right = (tail ?? "").split(":").filter(Boolean);
	const zeros = Array<string>(8 - left.length - right.length).fill("0");
	return [...left, ...zeros, ...right].map((group) => group.toUpperCase()).join(":");
}
