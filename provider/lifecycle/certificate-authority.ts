import { type KeyObject, X509Certificate } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import { expected, inputProblem } from "../config/expected";
import { type Problem, SpecError } from "../config/problems";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { newId } from "../hosts/placement/place";
import { issueAuthority } from "../pki/issue";
import { fingerprintOf, privateKeyOf, rememberedKey, rememberKey } from "../pki/key-memory";
import { keyPem } from "../pki/keys";
import { certificatesIn, firstCertificate } from "../render/pki/bundle";
import { type CaName, type CertificateRequest, caRequest } from "../render/pki/certificates";
import { type Lifecycle, nothingToDelete } from "./lifecycle";
import { renderCluster } from "./rendering";

/** Arguments of a `CertificateAuthority`. */
export interface CertificateAuthorityArgs {
	/** kubeadm's name of the CA: "ca", "front-proxy-ca" or "etcd-ca". */
	name: CaName;
	/**
	 * The cluster that the CA belongs to. The cluster's `caCertificateValidityPeriod` and `encryptionAlgorithm` apply to
	 * a generated CA.
	 */
	cluster: ClusterSpec;
	/** Certificate of your own CA, PEM. The certificates of its chain may follow. @default a CA is generated */
	certificate?: string;
	/**
	 * Private key of your own CA, PEM: PKCS#1, PKCS#8 or SEC 1, unencrypted.
	 * @default none: the CA is external, and another signer signs what `CertificateSigningRequest`s ask for
	 */
	privateKey?: string;
}

/** Inputs of a `CertificateAuthority`, as the state keeps them. */
export interface CertificateAuthorityInputs {
	/** Subject, validity, algorithm and paths that the CA is generated from. A running CA keeps its first request. */
	request: CertificateRequest;
	/** CA that the program gives. Absent for a generated CA. */
	givenAuthority?: GivenAuthority;
}

interface GivenAuthority {
	/** Certificate of the CA, PEM. The certificates of its chain may follow. */
	certificate: string;
	/** Fingerprint of the CA's key. */
	fingerprint: string;
	/** True where the program gives the CA's certificate without its key. */
	external?: true;
}

/** Outputs of a `CertificateAuthority`. */
export interface CertificateAuthorityOutputs {
	/** Certificate of the CA, PEM. */
	certificate: string;
	/** Private key of the CA, PEM, as kubeadm writes it. Empty for an external CA. Secret. */
	privateKey: string;
	/**
	 * SHA-256 of the public key's SubjectPublicKeyInfo, hexadecimal: the value of `--discovery-token-ca-cert-hash
	 * sha256:…`.
	 */
	publicKeyHash: string;
	/** End of the certificate's validity, ISO 8601. */
	notAfter: string;
}

/**
 * Lifecycle of a certificate authority: generated once in this process's memory and kept in the state, or given by the
 * program. `check` throws SpecError for a pair that does not match, for a CA that is not valid now, and for another CA
 * than the running cluster's.
 */
export const certificateAuthority: Lifecycle<
	CertificateAuthorityArgs,
	CertificateAuthorityInputs,
	CertificateAuthorityOutputs
> = {
	check({ name, cluster, certificate, privateKey }, old) {
		const request = requestOf(name, cluster);
		if (!certificate && !privateKey) {
			if (old?.givenAuthority)
				throw new SpecError("CertificateAuthority", [
					inputProblem({
						path: "certificate",
						expected: "the CA of the running cluster",
						got: "none",
						next: "a cluster's CA cannot be changed",
					}),
				]);
			// A running CA keeps the request that it was made from: a changed validity or algorithm applies to the next CA
			// only.
			return { request: old?.request ?? request };
		}
		const givenAuthority = givenPair(certificate, privateKey);
		if (!old) refuseOutsidePeriod(givenAuthority.certificate, new Date());
		if (old?.givenAuthority) refuseOtherKey(givenAuthority, old.givenAuthority.fingerprint);
		return { request, givenAuthority };
	},

	/** The inputs of a generated CA do not name its key: another source of the same CA is compared with the outputs. */
	diff({ certificate, privateKey, publicKeyHash }, { givenAuthority: given }) {
		if (!given || !certificate) return {};
		refuseOtherKey(given, publicKeyHash);
		const isSame =
			isDeepStrictEqual(certificatesIn(given.certificate), certificatesIn(certificate)) &&
			(given.external === true) === (privateKey === "");
		return isSame ? { changes: false } : {};
	},

	async create({ request, givenAuthority: given }) {
		const id = newId(request.name);
		if (given) return { id, outputs: outputsOf(given.certificate, givenKey(given)) };
		const issued = await issueAuthority(request, new Date());
		return { id, outputs: outputsOf(issued.certificate, keyPem(issued.key)) };
	},

	async update(_id, state, { request, givenAuthority: given }) {
		if (given) return outputsOf(given.certificate, givenKey(given));
		if (state.certificate && state.privateKey) return outputsOf(state.certificate, state.privateKey);
		const issued = await issueAuthority(request, new Date());
		return outputsOf(issued.certificate, keyPem(issued.key));
	},

	delete: nothingToDelete,
};

function requestOf(name: CaName, cluster: ClusterSpec): CertificateRequest {
	if (isUnknown(name)) return UNKNOWN as never;
	return renderCluster(cluster, (resolved) => ({ request: caRequest(name, resolved) })).request;
}

function givenKey({ fingerprint, external }: GivenAuthority): string {
	return external ? "" : keyPem(rememberedKey(fingerprint));
}

function outputsOf(certificate: string, privateKey: string): CertificateAuthorityOutputs {
	const parsed = new X509Certificate(firstCertificate(certificate));
	return {
		certificate,
		privateKey,
		publicKeyHash: fingerprintOf(parsed.publicKey),
		notAfter: new Date(parsed.validTo).toISOString(),
	};
}

function givenPair(certificate: string | undefined, privateKey: string | undefined): GivenAuthority {
	const problems: Problem[] = [];
	if (!certificate)
		problems.push(inputProblem({ path: "certificate", expected: "the PEM certificate of the given key", got: "none" }));
	const parsed =
		certificate && !isUnknown(certificate)
			? attempt(() => new X509Certificate(firstCertificate(certificate)))
			: undefined;
	let key: KeyObject | undefined;
	try {
		if (privateKey && !isUnknown(privateKey)) key = privateKeyOf(privateKey, "privateKey");
	} catch (error) {
		if (!(error instanceof SpecError)) throw error;
		problems.push(...error.problems);
	}
	if (certificate && !isUnknown(certificate) && !parsed)
		problems.push(inputProblem({ path: "certificate", expected: "a PEM certificate", got: "something else" }));
	if (parsed && !parsed.ca)
		problems.push(
			inputProblem({ path: "certificate", expected: "a CA (basic constraints CA:TRUE)", got: parsed.subject }),
		);
	if (parsed && key && !parsed.checkPrivateKey(key))
		problems.push(
			inputProblem({
				path: "privateKey",
				expected: `the key of the given certificate (${parsed.subject}; in a bundle it is the first)`,
				got: "another one",
			}),
		);
	if (problems.length > 0) throw new SpecError("CertificateAuthority", problems);
	if (privateKey) return { certificate: certificate!, fingerprint: rememberKey(privateKey) };
	return { certificate: certificate!, fingerprint: parsed ? fingerprintOf(parsed.publicKey) : UNKNOWN, external: true };
}

function refuseOtherKey({ fingerprint }: GivenAuthority, ofRunning: string): void {
	if (isUnknown(fingerprint) || isUnknown(ofRunning) || fingerprint === ofRunning) return;
	throw new SpecError("CertificateAuthority", [
		inputProblem({
			path: "certificate",
			expected: "the CA of the running cluster",
			got: "another one",
			next: "a cluster's CA cannot be changed",
		}),
	]);
}

/** Refuses a CA outside its validity period: every client would refuse the certificates that the CA signs. */
function refuseOutsidePeriod(certificate: string, now: Date): void {
	if (isUnknown(certificate)) return;
	const { validFrom, validTo, subject } = new X509Certificate(firstCertificate(certificate));
	const [begin, end] = [new Date(validFrom), new Date(validTo)];
	if (begin <= now && now < end) return;
	const got = end <= now ? `expired on ${end.toISOString()}` : `is not valid before ${begin.toISOString()}`;
	const message = expected({
		expected: "a CA that is valid now",
		got: `one that ${got} (${subject})`,
		next: "date; openssl x509 -noout -dates -in CERTIFICATE",
	});
	throw new SpecError("CertificateAuthority", [{ path: "certificate", message }]);
}

function attempt<T>(parse: () => T): T | undefined {
	try {
		return parse();
	} catch {
		return undefined;
	}
}
