import type { KeyObject } from "node:crypto";
import { rootOnly } from "../../facts/file-access";
import { toYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { type Digests, placeFiles } from "../../hosts/placement/place";
import { asksFor } from "../../pki/inspect";
import { type Subject, signingRequest } from "../../pki/issue";
import { privateKeyOf } from "../../pki/key-memory";
import { keyPem, newKey } from "../../pki/keys";
import { credentialsIn, type KubeconfigSubject, namesCredentials } from "../../pki/kubeconfig";
import { kubeconfig } from "../../render/kubeconfig";
import type { CertificateRequest } from "../../render/pki/certificates";

/** A certificate for an external CA to sign, and its paths on a host, as `kubeadm certs generate-csr` chooses them. */
export interface Signing {
	/** Content of the certificate. */
	request: Subject;
	/** Path of the key: a PEM file, or a kubeconfig. */
	keyPath: string;
	/** Path of the certificate signing request, PEM. */
	requestPath: string;
	/** Path for the signed certificate. Where the key is in a kubeconfig, the certificate is then moved into the kubeconfig. */
	certificatePath: string;
	/** Content of the kubeconfig that holds the key, without the certificate; absent where the key has a file of its own. */
	kubeconfig?: Omit<KubeconfigSubject, "certificate"> & { caCertificate: string };
}

/** Makes the signing of a certificate whose key is a file: the request lies beside the certificate, as `NAME.csr`. Source: `createKeyAndCSR`, kubeadm phases/certs/certlist.go. */
export function certificateSigning({ certificatePath, keyPath, ...request }: CertificateRequest): Signing {
	return { request, keyPath, certificatePath, requestPath: `${certificatePath.replace(/\.crt$/, "")}.csr` };
}

/**
 * Makes the signing of a client certificate in a kubeconfig: request and certificate lie beside it, as `PATH.csr` and `PATH.crt`.
 *
 * Source: `createKubeConfigAndCSR`, kubeadm phases/kubeconfig/kubeconfig.go.
 * @param path path of the kubeconfig on the host
 */
export function kubeconfigSigning(
	path: string,
	{ certificate, ...subject }: KubeconfigSubject,
	caCertificate: string,
): Signing {
	return {
		request: certificate,
		keyPath: path,
		requestPath: `${path}.csr`,
		certificatePath: `${path}.crt`,
		kubeconfig: { ...subject, caCertificate },
	};
}

/**
 * Places a key and the request for its certificate on a host. An existing key stays, whoever made it, so that its current
 * certificate remains valid until the next one is signed.
 * @returns the request (`csr`, PEM), and the SHA-256 of each placed file by path. Where the kubeconfig names a certificate
 * file, nothing is placed and `csr` is the request on the host, empty where there is none
 * @throws Error where another program owns a file
 */
export async function placeRequest(
	target: { host: Host; owner: string; stateDigests?: Digests },
	signing: Signing,
): Promise<{ csr?: string; digests: Digests }> {
	const { keyPath, requestPath, request } = signing;
	const filesOnHost = await target.host.read([keyPath, requestPath]);
	const text = filesOnHost.get(keyPath)?.content.toString() ?? "";
	const existingRequest = filesOnHost.get(requestPath)?.content.toString() ?? "";
	if (signing.kubeconfig && namesCredentials(text)) return { csr: existingRequest, digests: {} };
	const existing = keyIn(signing, text);
	const key = existing ?? (await newKey(request.algorithm));
	const csr = asksFor(existingRequest, request, key) ? existingRequest : await signingRequest(request, key);
	const keyFiles = [{ path: keyPath, content: existing ? text : keyFile(signing, key), ...rootOnly }];
	const files = [
		// An existing kubeconfig belongs to another resource.
		...(existing && signing.kubeconfig ? [] : keyFiles),
		{ path: requestPath, content: csr, ...rootOnly },
	];
	return { csr, digests: (await placeFiles({ ...target, files })).digests };
}

/**
 * Compares the key and the request on a host with a signing.
 * @param files contents of the files at `keyPath` and `requestPath`; empty text for a missing file
 * @returns problems; empty where the request is the expected one for this key, or the kubeconfig names a certificate file
 */
export function requestProblems(signing: Signing, files: { key: string; csr: string }): string[] {
	if (signing.kubeconfig && namesCredentials(files.key)) return [];
	const key = keyIn(signing, files.key);
	if (!key) return [`${signing.keyPath}: no private key`];
	return asksFor(files.csr, signing.request, key) ? [] : [`${signing.requestPath}: not the request for this key`];
}

function keyIn({ kubeconfig: isKubeconfig }: Signing, text: string): KeyObject | undefined {
	try {
		return privateKeyOf(isKubeconfig ? credentialsIn(text).key : text, "key");
	} catch {
		return undefined;
	}
}

/** Content of the key's file: PEM, or a kubeconfig that lacks only the certificate. */
function keyFile({ kubeconfig: parts }: Signing, key: KeyObject): string {
	if (!parts) return keyPem(key);
	return toYaml(kubeconfig({ ...parts, credentials: { clientCertificate: "", clientKey: keyPem(key) } }));
}
