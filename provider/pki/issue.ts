import { type KeyObject, randomBytes } from "node:crypto";
import { firstCertificate } from "../render/pki/bundle";
import type { CertificateRequest } from "../render/pki/certificates";
import { generalName } from "../render/pki/names";
import { newKey, signer } from "./keys";
import * as x509 from "./x509";

/** A certificate with its private key, in memory. */
export interface Issued {
	/** Certificate, PEM. */
	certificate: string;
	/** Private key. Secret. */
	key: KeyObject;
}

/** The content that a certificate must have, without the paths of its files. */
export type Subject = Omit<CertificateRequest, "certificatePath" | "keyPath">;

/** A CA that signs. */
export interface Authority {
	/** PEM; in a bundle the first certificate is the CA that signs. */
	certificate: string;
	/** Private key of the CA. Secret. */
	key: KeyObject;
}

/** How far `notBefore` lies in the past, so that a host whose clock is slightly behind accepts the certificate. Source: `CertificateBackdate`, kubeadm constants/constants.go. */
const BACKDATE_SECONDS = 5 * 60;

const { digitalSignature, keyEncipherment, keyCertSign } = x509.KeyUsageFlags;
const extendedKeyUsages = {
	serverAuth: x509.ExtendedKeyUsage.serverAuth,
	clientAuth: x509.ExtendedKeyUsage.clientAuth,
};

/** Issues a self-signed CA with a new key, valid from 5 minutes before `now` until `validity` seconds after. Source: `NewSelfSignedCACert`, kubeadm util/pkiutil/pki_helpers.go. */
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

/**
 * Issues a leaf certificate with a new key, valid from 5 minutes before `now` until `validity` seconds after. The certificate
 * may outlive its CA, as with kubeadm.
 *
 * Source: `NewSignedCert`, kubeadm util/pkiutil/pki_helpers.go.
 * @param begins "with its CA" takes `notBefore` from the CA, as kubeadm does for certificates in kubeconfigs. @default "now"
 * @throws Error for a CA that has expired or is not valid yet, and for an `authority.certificate` that is no certificate
 */
export async function issueLeaf(
	request: Subject,
	authority: Authority,
	now: Date,
	begins: "now" | "with its CA" = "now",
): Promise<Issued> {
	const ca = new x509.X509Certificate(firstCertificate(authority.certificate));
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
		...(begins === "now" ? {} : { notBefore: ca.notBefore }),
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

/**
 * Makes a signing request (PEM) for the subject and names of `request`, signed with `key`. The request has no usages and
 * dates: the CA's holder chooses these.
 *
 * Source: `NewCSR`, kubeadm util/pkiutil/pki_helpers.go.
 */
export async function signingRequest(request: Subject, key: KeyObject): Promise<string> {
	const { keys, algorithm } = await signer(key);
	const { sans } = request;
	const csr = await x509.Pkcs10CertificateRequestGenerator.create({
		name: subject(request),
		keys,
		signingAlgorithm: algorithm,
		extensions: sans.length > 0 ? [new x509.SubjectAlternativeNameExtension(sans.map(generalName))] : [],
	});
	return pem(csr);
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

/** A random positive number of 63 bits, hexadecimal. */
function serialNumber(): string {
	const bytes = randomBytes(8);
	bytes[0] = (bytes[0]! & 0x7f) | 0x01;
	return bytes.toString("hex");
}

/** The authority key identifier, as Go writes it: the CA's subject key identifier, or no extension where the CA has none. */
function authorityKeyIdentifier(ca: x509.X509Certificate): x509.Extension[] {
	const identifier = ca.getExtension(x509.SubjectKeyIdentifierExtension);
	return identifier ? [new x509.AuthorityKeyIdentifierExtension(identifier.keyId)] : [];
}

function pem(signed: x509.X509Certificate | x509.Pkcs10CertificateRequest): string {
	return `${signed.toString("pem").trim()}\n`;
}
