import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { normalizeAddress } from "../../spec/address";
import { generalName, type Subject } from "./issue";
import * as x509 from "./x509";

/** What a certificate says, as far as it was asked for. */
export interface CertificateFacts {
	subject: string;
	sans: string[];
	usages: string[];
	/** ISO 8601. */
	notBefore: string;
	/** ISO 8601. */
	notAfter: string;
	/** Hexadecimal. */
	serialNumber: string;
}

/** Reads a certificate. @throws for what is no PEM certificate */
function inspect(pem: string): CertificateFacts {
	const certificate = new x509.X509Certificate(pem);
	const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
	const usages = certificate.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? [];
	return {
		subject: subjectText(certificate.subjectName),
		sans: names.map(nameText).sort(),
		usages: usages.map(usageName).sort(),
		notBefore: certificate.notBefore.toISOString(),
		notAfter: certificate.notAfter.toISOString(),
		serialNumber: certificate.serialNumber,
	};
}

/** When a certificate ends, ISO 8601; empty for what is no PEM certificate. */
export function endOf(pem: string): string {
	try {
		return inspect(pem).notAfter;
	} catch {
		return "";
	}
}

/**
 * Why a certificate and key found on a host are not what is asked for; empty: they may stay. kubeadm keeps what it finds
 * by the same rule: signed by the CA, for these names and this use, the key belonging to it.
 * @param key PEM of the private key, or its object; absent: the certificate alone is looked at
 */
export function mismatches(
	found: { certificate: string; key?: string | KeyObject },
	request: Subject,
	caCertificate: string,
	now: Date,
): string[] {
	let certificate: X509Certificate;
	let facts: CertificateFacts;
	try {
		certificate = new X509Certificate(found.certificate);
		facts = inspect(found.certificate);
	} catch {
		return ["it is not a PEM certificate"];
	}
	const wanted = {
		subject: subjectText(
			new x509.Name([
				...request.organizations.map((organization) => ({ O: [organization] })),
				{ CN: [request.commonName] },
			]),
		),
		sans: request.sans.map(generalName).map(nameText).sort(),
		usages: [...request.usages].sort(),
	};
	const problems: string[] = [];
	const compare = (what: string, expected: string, got: string) => {
		if (expected !== got) problems.push(`its ${what}: expected ${expected || "none"}, got ${got || "none"}`);
	};
	if (!certificate.verify(new X509Certificate(caCertificate).publicKey)) problems.push("it is not signed by this CA");
	compare("subject", wanted.subject, facts.subject);
	compare("names", [...new Set(wanted.sans)].join(" "), [...new Set(facts.sans)].join(" "));
	compare("usages", wanted.usages.join(" "), facts.usages.join(" "));
	if (new Date(facts.notAfter) <= now) problems.push(`it expired on ${facts.notAfter}`);
	if (found.key !== undefined && !belongs(certificate, found.key)) problems.push("its key is another one");
	return problems;
}

function belongs(certificate: X509Certificate, key: string | KeyObject): boolean {
	try {
		return certificate.checkPrivateKey(typeof key === "string" ? createPrivateKey(key) : key);
	} catch {
		return false;
	}
}

/** An IPv6 address has many spellings. */
function nameText({ type, value }: { type: string; value: string }): string {
	return `${type}:${type === "ip" ? normalizeAddress(value) : value}`;
}

function subjectText(name: x509.Name): string {
	return name
		.toJSON()
		.flatMap((part) => Object.entries(part).flatMap(([type, values]) => values.map((value) => `${type}=${value}`)))
		.sort()
		.join(", ");
}

function usageName(oid: unknown): string {
	return (
		{ [x509.ExtendedKeyUsage.serverAuth]: "serverAuth", [x509.ExtendedKeyUsage.clientAuth]: "clientAuth" }[
			String(oid)
		] ?? String(oid)
	);
}
