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

/** What an external CA is asked to sign, and where it all is on a host: as `kubeadm certs generate-csr` places it. */
export interface Signing {
	/** What the certificate shall say. */
	request: Subject;
	/** Where the key is: PEM, or a kubeconfig. */
	keyPath: string;
	requestPath: string;
	/** Where the signed certificate is put; for a kubeconfig it is on its way into that. */
	certificatePath: string;
	/** The kubeconfig that the key is in, as far as it is known before there is a certificate. */
	kubeconfig?: Omit<KubeconfigSubject, "certificate"> & { caCertificate: string };
}

/** A certificate with a key file. Source: `createKeyAndCSR`, kubeadm phases/certs/certlist.go. */
export function certificateSigning({ certificatePath, keyPath, ...request }: CertificateRequest): Signing {
	return { request, keyPath, certificatePath, requestPath: `${certificatePath.replace(/\.crt$/, "")}.csr` };
}

/** A client certificate inside a kubeconfig. Source: `createKubeConfigAndCSR`, kubeadm phases/kubeconfig/kubeconfig.go. */
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
 * Makes sure that a key and the request for its certificate are on a host. A key that is there stays, whoever made it: what
 * runs goes on with its certificate until the next one is signed.
 * @returns the request, PEM; none where a kubelet has its own certificate by now
 */
export async function placeRequest(
	target: { host: Host; owner: string; stateDigests?: Digests },
	signing: Signing,
): Promise<{ csr?: string; digests: Digests }> {
	const { keyPath, requestPath, request } = signing;
	const found = await target.host.read([keyPath, requestPath]);
	const text = found.get(keyPath)?.content.toString() ?? "";
	const asked = found.get(requestPath)?.content.toString() ?? "";
	if (signing.kubeconfig && namesCredentials(text)) return { csr: asked, digests: {} };
	const there = keyIn(signing, text);
	const key = there ?? (await newKey(request.algorithm));
	const csr = asksFor(asked, request, key) ? asked : await signingRequest(request, key);
	const keyFiles = [{ path: keyPath, content: there ? text : keyFile(signing, key), ...rootOnly }];
	const files = [
		// A kubeconfig that is there is another resource's to keep.
		...(there && signing.kubeconfig ? [] : keyFiles),
		{ path: requestPath, content: csr, ...rootOnly },
	];
	return { csr, digests: (await placeFiles({ ...target, files })).digests };
}

/** Why key and request on a host are not what is to be signed; empty: they are. */
export function requestProblems(signing: Signing, found: { key: string; csr: string }): string[] {
	if (signing.kubeconfig && namesCredentials(found.key)) return [];
	const key = keyIn(signing, found.key);
	if (!key) return [`${signing.keyPath}: no private key`];
	return asksFor(found.csr, signing.request, key) ? [] : [`${signing.requestPath}: not the request for this key`];
}

function keyIn({ kubeconfig: isKubeconfig }: Signing, text: string): KeyObject | undefined {
	try {
		return privateKeyOf(isKubeconfig ? credentialsIn(text).key : text, "key");
	} catch {
		return undefined;
	}
}

/** A kubeconfig is begun with all that is known: what is missing is the certificate. */
function keyFile({ kubeconfig: parts }: Signing, key: KeyObject): string {
	if (!parts) return keyPem(key);
	return toYaml(kubeconfig({ ...parts, credentials: { clientCertificate: "", clientKey: keyPem(key) } }));
}
