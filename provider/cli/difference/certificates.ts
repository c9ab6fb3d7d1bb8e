import { createPrivateKey, X509Certificate } from "node:crypto";
import { firstCertificate } from "../../render/pki/bundle";
import type { CertificateRequest } from "../../render/pki/certificates";
import { normalizeAddress } from "../../spec/address";
import { formatDuration } from "../../spec/duration";
import type { Difference } from "./difference";
import { valueDifferences } from "./values";

type Found = Omit<Difference, "file">;
type Subject = Omit<CertificateRequest, "certificatePath" | "keyPath">;

/** The certificates that a comparison needs. */
export interface Compared {
	/** PEM. */
	certificate: string;
	/** PEM; absent where no key is there. */
	key?: string;
	/** PEM of the CA; absent where it cannot be read. */
	caCertificate?: string;
	now: Date;
	/** Where the period is not kubeadm's own to choose: in a kubeconfig it begins with the CA's. @default true */
	comparesValidity?: boolean;
}

/** Where a certificate says something else than it should. Keys are compared by kind, and with their certificate. */
export function certificateDifferences(request: Subject, compared: Compared): Found[] {
	const { certificate, key, caCertificate, now, comparesValidity = true } = compared;
	const found = parse(certificate);
	if (!found) return [{ at: "", expected: "a PEM certificate", found: "something else" }];
	const ca = caCertificate === undefined ? undefined : parse(caCertificate);
	const isNow = Date.parse(found.validFrom) <= now.getTime() && now.getTime() < Date.parse(found.validTo);
	return valueDifferences(
		{
			subject: [...request.organizations.map((name) => `O=${name}`), `CN=${request.commonName}`].sort().join(", "),
			names: request.sans.map(nameOf).sort(),
			usages: [...request.usages].sort(),
			isCa: request.ca === undefined,
			key: request.algorithm,
			isValidNow: true,
			...(comparesValidity ? { validity: formatDuration(BigInt(request.validity) * 1_000_000_000n) } : {}),
			...(ca && request.ca ? { isSignedByItsCa: true } : {}),
			...(key === undefined ? {} : { isOfItsKey: true }),
		},
		{
			subject: found.subject.split("\n").sort().join(", "),
			names: namesOf(found).sort(),
			usages: (found.keyUsage ?? []).map((oid) => usages[oid] ?? oid).sort(),
			isCa: found.ca,
			key: keyKind(found),
			isValidNow: isNow,
			...(comparesValidity ? { validity: validityOf(found, request.validity) } : {}),
			...(ca && request.ca ? { isSignedByItsCa: found.verify(ca.publicKey) } : {}),
			...(key === undefined ? {} : { isOfItsKey: isKeyOf(found, key) }),
		},
	);
}

const usages: Readonly<Record<string, string>> = {
	"1.3.6.1.5.5.7.3.1": "serverAuth",
	"1.3.6.1.5.5.7.3.2": "clientAuth",
};

const curves: Readonly<Record<string, string>> = { prime256v1: "ECDSA-P256", secp384r1: "ECDSA-P384" };

/** How far a certificate's beginning lies before it was made. Source: CertificateBackdate, kubeadm constants.go. */
const backdateSeconds = 300;

/** A certificate's life, told as asked for where it is that: what was cut off while it was made is no difference. */
function validityOf({ validFrom, validTo }: X509Certificate, asked: number): string {
	const seconds = (Date.parse(validTo) - Date.parse(validFrom)) / 1000;
	const isAsked = [asked, asked + backdateSeconds].some((life) => Math.abs(life - seconds) <= 60);
	return formatDuration(BigInt(isAsked ? asked : seconds - backdateSeconds) * 1_000_000_000n);
}

function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
	const names = subjectAltName.split(", ").filter(Boolean);
	return names.map((name) => nameOf(name.replace(/^(DNS|IP Address):/, "")));
}

/** An IPv6 address has many spellings. */
function nameOf(name: string): string {
	return normalizeAddress(name);
}

function keyKind({ publicKey: { asymmetricKeyType, asymmetricKeyDetails } }: X509Certificate): string {
	if (asymmetricKeyType === "rsa") return `RSA-${asymmetricKeyDetails?.modulusLength}`;
	const curve = asymmetricKeyDetails?.namedCurve ?? "";
	return curves[curve] ?? `${asymmetricKeyType} ${curve}`.trim();
}

function isKeyOf(certificate: X509Certificate, key: string): boolean {
	try {
		return certificate.checkPrivateKey(createPrivateKey(key));
	} catch {
		return false;
	}
}

function parse(pem: string): X509Certificate | undefined {
	try {
		return new X509Certificate(firstCertificate(pem));
	} catch {
		return undefined;
	}
}
