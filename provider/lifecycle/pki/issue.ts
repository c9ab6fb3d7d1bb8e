import { type KeyObject, randomBytes } from "node:crypto";
import type { CertificateRequest } from "../../render/pki/certificates";
import { normalizeAddress, parseAddress } from "../../spec/address";
import { newKey, signer } from "./keys";
import * as x509 from "./x509";

/** A certificate with its private key, in memory. */
export interface Issued {
	/** PEM. */
	certificate: string;
	key: KeyObject;
}

/** What a certificate shall say, wherever it is placed. */
export type Subject = Omit<CertificateRequest, "certificatePath" | "keyPath">;

/** The signing side: a CA's certificate (PEM) and key. */
export interface Authority {
	certificate: string;
	key: KeyObject;
}

/** How far `notBefore` lies back, so that a host whose clock is a little behind accepts it. Source: `CertificateBackdate`, kubeadm constants/constants.go. */
const BACKDATE_SECONDS = 5 * 60;

const { digitalSignature, keyEncipherment, keyCertSign } = x509.KeyUsageFlags;
const extendedKeyUsages = {
	serverAuth: x509.ExtendedKeyUsage.serverAuth,
	clientAuth: x509.ExtendedKeyUsage.clientAuth,
};

/** A new self-signed CA. Source: `NewSelfSignedCACert`, kubeadm util/pkiutil/pki_helpers.go. */
export async function issueAuthority(request: Subject, now: Date): Promise<Issued> {
	const key = await newKey(request.algorithm);
	const { keys, algorithm } = await signer(key);
	const certificate = await x509.X509CertificateGenerator.createSelfSigned({
		serialNumber: serialNumber(),
		name: subject(request),
		...period(request, now),
		keys,
		signingAlgorithm: algorithm,
		extensions: [
			new x509.KeyUsagesExtension(digitalSignature | keyEncipherment | keyCertSign, true),
			new x509.BasicConstraintsExtension(true, undefined, true),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
			new x509.SubjectAlternativeNameExtension(request.sans.map(generalName)),
		],
	});
	return { certificate: pem(certificate), key };
}

/** A new leaf certificate and its key. Source: `NewSignedCert`, kubeadm util/pkiutil/pki_helpers.go. */
export async function issueLeaf(request: Subject, authority: Authority, now: Date): Promise<Issued> {
	const ca = new x509.X509Certificate(authority.certificate);
	if (ca.notAfter <= now) {
		throw new Error(
			`certificate "${request.name}": its CA (${ca.subject}) expired on ${ca.notAfter.toISOString()}; give a CA that is valid, nothing was written`,
		);
	}
	if (ca.notBefore > now) {
		throw new Error(
			`certificate "${request.name}": its CA (${ca.subject}) is not valid before ${ca.notBefore.toISOString()}, and here it is ${now.toISOString()}; set this machine's clock`,
		);
	}
	const key = await newKey(request.algorithm);
	const [leaf, issuer] = await Promise.all([signer(key), signer(authority.key)]);
	const certificate = await x509.X509CertificateGenerator.create({
		serialNumber: serialNumber(),
		subject: subject(request),
		issuer: ca.subjectName,
		...period(request, now),
		publicKey: leaf.keys.publicKey,
		signingKey: issuer.keys.privateKey,
		signingAlgorithm: issuer.algorithm,
		extensions: [
			new x509.KeyUsagesExtension(digitalSignature | keyEncipherment, true),
			new x509.ExtendedKeyUsageExtension(request.usages.map((usage) => extendedKeyUsages[usage])),
			new x509.BasicConstraintsExtension(false, undefined, true),
			...authorityKeyIdentifier(ca),
			...(request.sans.length > 0 ? [new x509.SubjectAlternativeNameExtension(request.sans.map(generalName))] : []),
		],
	});
	return { certificate: pem(certificate), key };
}

/** A name or an address as a certificate says it. */
export function generalName(name: string): { type: "dns" | "ip"; value: string } {
	return parseAddress(name) ? { type: "ip", value: normalizeAddress(name) } : { type: "dns", value: name };
}

function subject(request: Subject): x509.JsonName {
	return [...request.organizations.map((organization) => ({ O: [organization] })), { CN: [request.commonName] }];
}

function period(request: Subject, now: Date): { notBefore: Date; notAfter: Date } {
	return {
		notBefore: new Date(now.getTime() - BACKDATE_SECONDS * 1000),
		notAfter: new Date(now.getTime() + request.validity * 1000),
	};
}

/** A positive number of 63 bits. */
function serialNumber(): string {
	const bytes = randomBytes(8);
	bytes[0] = (bytes[0]! & 0x7f) | 0x01;
	return bytes.toString("hex");
}

/** Go's signer copies the CA's subject key identifier, and leaves the extension out where the CA has none. */
function authorityKeyIdentifier(ca: x509.X509Certificate): x509.Extension[] {
	const identifier = ca.getExtension(x509.SubjectKeyIdentifierExtension);
	return identifier ? [new x509.AuthorityKeyIdentifierExtension(identifier.keyId)] : [];
}

function pem(certificate: x509.X509Certificate): string {
	return `${certificate.toString("pem").trim()}\n`;
}
