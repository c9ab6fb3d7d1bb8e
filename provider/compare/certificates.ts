import { createPrivateKey, X509Certificate } from "node:crypto";
import { normalizeAddress } from "../go/address";
import { formatDuration } from "../go/duration";
import { certificateProblems } from "../pki/inspect";
import * as x509 from "../pki/x509";
import { certificatesIn, firstCertificate } from "../render/pki/bundle";
import type { CertificateRequest } from "../render/pki/certificates";
import {
	constraintsOf,
	isValid,
	keyKind,
	keyUsagesOf,
	namesOf,
	signatureBy,
	signatureOf,
	usagesOf,
	validityOf,
} from "./certificate-says";
import type { DifferenceInFile } from "./file";
import { valueDifferences } from "./values";

type CertificateContents = Omit<CertificateRequest, "certificatePath" | "keyPath">;

/** The certificates that a comparison needs. */
export interface Compared {
	/** PEM. */
	certificate: string;
	/** PEM. Absent where the key file does not exist. */
	key?: string;
	/** PEM of the CA; absent where it cannot be read. */
	caCertificate?: string;
	now: Date;
	/** Facts that are not compared: facts that the configuration does not determine. @default none */
	except?: readonly FactName[];
}

interface Parsed {
	request: CertificateContents;
	compared: Compared;
	found: X509Certificate;
	/** The certificate parsed by @peculiar/x509, for fields that Node.js does not expose. */
	details: x509.X509Certificate;
	ca?: X509Certificate;
}

/**
 * Facts of a certificate, each as expected value and found value; undefined where one of the two cannot be known.
 *
 * Source: NewSelfSignedCACert and NewSignedCert, kubeadm util/pkiutil/pki_helpers.go.
 */
const facts = {
	subject: ({ request, found }) => [
		[...request.organizations.map((name) => `O=${name}`), `CN=${request.commonName}`].sort().join(", "),
		found.subject.split("\n").sort().join(", "),
	],
	names: ({ request, found }) => [request.sans.map(normalizeAddress).sort(), namesOf(found).sort()],
	keyUsages: ({ request, details }) => [
		["digitalSignature", "keyEncipherment", ...(request.ca ? [] : ["keyCertSign"])].sort(),
		keyUsagesOf(details).sort(),
	],
	usages: ({ request, found }) => [[...request.usages].sort(), usagesOf(found).sort()],
	basicConstraints: ({ request, details }) => [request.ca ? "no CA" : "a CA", constraintsOf(details)],
	key: ({ request, found }) => [request.algorithm, keyKind(found)],
	signature: ({ request, found, details, ca }) => {
		const signer = request.ca ? ca : found;
		return signer ? [signatureBy(signer), signatureOf(details)] : undefined;
	},
	isValidNow: ({ compared, found }) => [true, isValid(found, compared.now)],
	validity: ({ request, found }) => [
		formatDuration(BigInt(request.validity) * 1_000_000_000n),
		validityOf(found, request.validity),
	],
	isSignedByItsCa: ({ request, found, ca }) => (ca && request.ca ? [true, found.verify(ca.publicKey)] : undefined),
	isOfItsKey: ({ compared: { key, certificate } }) =>
		key === undefined ? undefined : [true, isKeyOf(certificate, key)],
	certificates: ({ compared }) => [1, certificatesIn(compared.certificate).length],
} as const satisfies Record<string, (parsed: Parsed) => [wanted: unknown, found: unknown] | undefined>;

type FactName = keyof typeof facts;

/** Returns the differences between a certificate and its request. A key is compared by its kind, and with its certificate. */
export function certificateDifferences(request: CertificateContents, compared: Compared): DifferenceInFile[] {
	const certificate = parse(compared.certificate);
	const details = detailsOf(compared.certificate);
	if (!certificate || !details) return [notOne];
	const ca = compared.caCertificate === undefined ? undefined : parse(compared.caCertificate);
	const names = (Object.keys(facts) as FactName[]).filter((name) => !compared.except?.includes(name));
	return names.flatMap((name) => {
		const [wanted, actual] = facts[name]({ request, compared, found: certificate, details, ca }) ?? [];
		return valueDifferences(wanted, actual, name);
	});
}

/** Returns the reasons for which kubeadm would not keep an existing certificate. A certificate that was signed elsewhere may have more than was requested. */
export function certificateInPlace(
	request: CertificateContents,
	{ certificate, key, caCertificate, now }: Compared,
): DifferenceInFile[] {
	// Problems of the CA itself are reported with the CA's own file.
	if (caCertificate === undefined || !parse(caCertificate)) return [];
	const problems = certificateProblems({ found: { certificate, key }, request, caCertificate, now, rule: "in place" });
	return problems.map((found) => ({ at: "", expected: "a certificate that kubeadm keeps", found }));
}

/** Returns the reasons for which kubeadm would not keep a CA whose key is kept elsewhere. Source: validateCACert, kubeadm phases/certs/certs.go. */
export function authorityInPlace(certificate: string, now: Date): DifferenceInFile[] {
	const parsedCertificate = parse(certificate);
	if (!parsedCertificate) return [notOne];
	return valueDifferences(
		{ isCa: true, isValidNow: true },
		{ isCa: parsedCertificate.ca, isValidNow: isValid(parsedCertificate, now) },
	);
}

const notOne: DifferenceInFile = { at: "", expected: "a PEM certificate", found: "something else" };

/** Whether a private key (PEM) belongs to a certificate. */
export function isKeyOf(certificate: string, key: string): boolean {
	try {
		return parse(certificate)?.checkPrivateKey(createPrivateKey(key)) ?? false;
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

function detailsOf(pem: string): x509.X509Certificate | undefined {
	try {
		return new x509.X509Certificate(firstCertificate(pem));
	} catch {
		return undefined;
	}
}
