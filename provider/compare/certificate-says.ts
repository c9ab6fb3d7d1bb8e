import type { X509Certificate } from "node:crypto";
import { normalizeAddress } from "../go/address";
import { formatDuration } from "../go/duration";
import { curves } from "../pki/keys";
import * as x509 from "../pki/x509";
import { dnsName } from "../render/pki/names";

const usages: Readonly<Record<string, string>> = {
	"1.3.6.1.5.5.7.3.1": "serverAuth",
	"1.3.6.1.5.5.7.3.2": "clientAuth",
};

const kubernetesCurves: Readonly<Record<string, string>> = { prime256v1: "ECDSA-P256", secp384r1: "ECDSA-P384" };

export function usagesOf({ keyUsage = [] }: X509Certificate): string[] {
	return keyUsage.map((oid) => usages[oid] ?? oid);
}

export function keyUsagesOf(certificate: x509.X509Certificate): string[] {
	const { usages: flags = 0 } = certificate.getExtension(x509.KeyUsagesExtension) ?? {};
	const names = Object.entries(x509.KeyUsageFlags).filter(([, flag]) => typeof flag === "number");
	return names.filter(([, flag]) => (flags & Number(flag)) !== 0).map(([name]) => name);
}

export function constraintsOf(certificate: x509.X509Certificate): string {
	const { ca, pathLength } = certificate.getExtension(x509.BasicConstraintsExtension) ?? {};
	if (ca === undefined) return "nothing said";
	return `${ca ? "a CA" : "no CA"}${pathLength === undefined ? "" : ` with a path of ${pathLength}`}`;
}

/** Returns Go's default signature algorithm for the key of a certificate. Source: signingParamsForKey, crypto/x509/x509.go. */
export function signatureBy({ publicKey: { asymmetricKeyDetails } }: X509Certificate): string {
	const curve = curves[asymmetricKeyDetails?.namedCurve ?? ""];
	return curve ? `ECDSA ${curve.hash}` : "RSASSA-PKCS1-v1_5 SHA-256";
}

export function signatureOf({ signatureAlgorithm }: x509.X509Certificate): string {
	const { name, hash } = signatureAlgorithm as { name: string; hash?: { name: string } };
	return `${name} ${hash?.name ?? ""}`.trim();
}

export function isValid({ validFrom, validTo }: X509Certificate, now: Date): boolean {
	return Date.parse(validFrom) <= now.getTime() && now.getTime() < Date.parse(validTo);
}

/** Seconds by which kubeadm backdates the start of a certificate. Source: CertificateBackdate, kubeadm constants.go. */
const backdateSeconds = 300;

/** Returns the validity of a certificate as a duration. Within a minute of the requested seconds, the requested value is returned, as issuing takes time. */
export function validityOf({ validFrom, validTo }: X509Certificate, requestedSeconds: number): string {
	const seconds = (Date.parse(validTo) - Date.parse(validFrom)) / 1000;
	const isAsked = [requestedSeconds, requestedSeconds + backdateSeconds].some((life) => Math.abs(life - seconds) <= 60);
	return formatDuration(BigInt(isAsked ? requestedSeconds : seconds - backdateSeconds) * 1_000_000_000n);
}

/** Returns the subject alternative names in the notation of `CertificateRequest.sans`, which tells DNS names and addresses apart. */
export function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
	const names = subjectAltName.split(", ").filter(Boolean);
	return names.map((name) => {
		if (name.startsWith("DNS:")) return dnsName(name.slice("DNS:".length));
		return name.startsWith("IP Address:") ? normalizeAddress(name.slice("IP Address:".length)) : name;
	});
}

export function keyKind({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: X509Certificate): string {
	if (asymmetricKeyType === "rsa") return `RSA-${asymmetricKeyDetails?.modulusLength}`;
	const curve = asymmetricKeyDetails?.namedCurve ?? "";
	return kubernetesCurves[curve] ?? `${asymmetricKeyType} ${curve}`.trim();
}
