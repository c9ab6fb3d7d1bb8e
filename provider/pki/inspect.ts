import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { expected } from "../config/expected";
import { normalizeAddress } from "../go/address";
import { certificatesIn, firstCertificate } from "../render/pki/bundle";
import { generalName } from "../render/pki/names";
import type { Subject } from "./issue";
import * as x509 from "./x509";

/** The fields of a certificate or of a signing request that are compared. */
interface Facts {
	subject: string[];
	sans: string[];
	usages: string[];
}

/** The validity period of a certificate, ISO 8601. */
export interface Period {
	/** Begin. */
	notBefore: string;
	/** End. */
	notAfter: string;
}

/** Reads the validity period of the first certificate in a PEM text; both fields are empty for a text that is no PEM certificate. */
export function periodOf(pem: string): Period {
	try {
		const { notBefore, notAfter } = new x509.X509Certificate(firstCertificate(pem));
		return { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() };
	} catch {
		return { notBefore: "", notAfter: "" };
	}
}

/**
 * How strictly a certificate is compared with a request:
 * - "exactly": subject, names and usages must be equal. For certificates that are signed here.
 * - "at least": more names and usages are allowed, and any subject for a server. For certificates that others signed.
 * - "in place": more names and usages are allowed, and any subject, as by kubeadm. For certificates that a user placed.
 */
export type Rule = "exactly" | "at least" | "in place";

/**
 * Compares a certificate and its key on a host with a request. kubeadm compares by the rule "in place".
 *
 * Source: `writeCertificateFilesIfNotExist`, kubeadm phases/certs/certs.go.
 * @param found certificate (PEM, possibly with intermediate certificates) and private key (PEM); without a key only the
 * certificate is compared
 * @param now time at which the certificate must be valid
 * @param caCertificate PEM; in a bundle the first certificate is the CA that signs
 * @param rule @default "exactly"
 * @returns the problems, as clauses such as `it is not signed by this CA`; empty where certificate and key may stay
 * @throws Error where `caCertificate` is no certificate
 */
export function certificateProblems({
	found,
	request,
	caCertificate,
	now,
	rule = "exactly",
}: {
	found: { certificate: string; key?: string | KeyObject };
	request: Subject;
	caCertificate: string;
	now: Date;
	rule?: Rule;
}): string[] {
	const { notBefore, notAfter } = periodOf(found.certificate);
	if (!notAfter) return ["it is not a PEM certificate"];
	const certificate = new X509Certificate(firstCertificate(found.certificate));
	const chain = certificatesIn(found.certificate).slice(1).flatMap(parse);
	const facts = inspect(new x509.X509Certificate(firstCertificate(found.certificate)));
	const problems: string[] = [];
	if (!isSignedBy(certificate, chain, new X509Certificate(firstCertificate(caCertificate))))
		problems.push("it is not signed by this CA");
	problems.push(...differences(facts, request, rule));
	if (new Date(notBefore) > now) problems.push(`it is not valid before ${notBefore}`);
	if (new Date(notAfter) <= now) problems.push(`it expired on ${notAfter}`);
	if (found.key !== undefined && !belongs(certificate, found.key)) problems.push("its key is another one");
	return problems;
}

/** Whether a signing request (PEM) has the subject and names of `request` and the public key of `key`; false for another text. Usages are not compared. */
export function asksFor(pem: string, request: Subject, key: KeyObject): boolean {
	try {
		const parsed = new x509.Pkcs10CertificateRequest(pem);
		const isOf = Buffer.from(parsed.publicKey.rawData).equals(
			createPublicKey(key).export({ type: "spki", format: "der" }),
		);
		return isOf && differences(inspect(parsed), { ...request, usages: [] }, "exactly").length === 0;
	} catch {
		return false;
	}
}

function inspect({ subjectName, extensions }: x509.X509Certificate | x509.Pkcs10CertificateRequest): Facts {
	const names = extensions.find((extension) => extension instanceof x509.SubjectAlternativeNameExtension);
	const usages = extensions.find((extension) => extension instanceof x509.ExtendedKeyUsageExtension);
	return {
		subject: subjectParts(subjectName),
		sans: names?.names.items.map(nameText) ?? [],
		usages: usages?.usages.map(usageName) ?? [],
	};
}

function differences(facts: Facts, request: Subject, rule: Rule): string[] {
	const subject = new x509.Name([
		...request.organizations.map((organization) => ({ O: [organization] })),
		{ CN: [request.commonName] },
	]);
	const anySubject = rule === "in place" || request.usages.join() === "serverAuth";
	const compared = [
		{ what: "subject", between: ", ", wanted: subjectParts(subject), got: facts.subject, any: anySubject },
		{ what: "names", between: " ", wanted: request.sans.map(generalName).map(nameText), got: facts.sans, any: false },
		// A certificate without the extension is for all usages.
		{ what: "usages", between: " ", wanted: request.usages, got: facts.usages, any: facts.usages.length === 0 },
	];
	return compared.flatMap(({ what, between, wanted, got, any }) => {
		const text = (items: readonly string[]) => [...new Set(items)].sort().join(between);
		const counted = rule === "exactly" ? got : wanted.filter((item) => got.some((other) => covers(other, item)));
		if (text(wanted) === text(counted) || (rule !== "exactly" && any)) return [];
		return expected({ at: `its ${what}`, expected: text(wanted) || "none", got: text(got) || "none" });
	});
}

/** Whether a name in a certificate covers a wanted name: `dns:*.example.org` covers every name one label below. */
function covers(name: string, wanted: string): boolean {
	return name === wanted || (name.startsWith("dns:*.") && name.slice(5) === wanted.replace(/^dns:[^.]+/, ""));
}

/** Whether a certificate is signed by a CA, directly or through intermediate certificates of `chain`. Source: `VerifyCertChain`, pki_helpers.go. */
function isSignedBy(certificate: X509Certificate, chain: X509Certificate[], ca: X509Certificate): boolean {
	if (certificate.verify(ca.publicKey)) return true;
	const next = chain.findIndex((signer) => signer.ca && certificate.verify(signer.publicKey));
	return next >= 0 && isSignedBy(chain[next]!, chain.toSpliced(next, 1), ca);
}

/** Parses a certificate of a chain; none for a broken one. */
function parse(pem: string): X509Certificate[] {
	try {
		return [new X509Certificate(pem)];
	} catch {
		return [];
	}
}

function belongs(certificate: X509Certificate, key: string | KeyObject): boolean {
	try {
		return certificate.checkPrivateKey(typeof key === "string" ? createPrivateKey(key) : key);
	} catch {
		return false;
	}
}

/** Type and value of a name, addresses in their normal form: an IPv6 address has many spellings. */
function nameText({ type, value }: { type: string; value: string }): string {
	return `${type}:${type === "ip" ? normalizeAddress(value) : value}`;
}

function subjectParts(name: x509.Name): string[] {
	return name
		.toJSON()
		.flatMap((part) => Object.entries(part).flatMap(([type, values]) => values.map((value) => `${type}=${value}`)));
}

function usageName(oid: unknown): string {
	return (
		{ [x509.ExtendedKeyUsage.serverAuth]: "serverAuth", [x509.ExtendedKeyUsage.clientAuth]: "clientAuth" }[
			String(oid)
		] ?? String(oid)
	);
}
