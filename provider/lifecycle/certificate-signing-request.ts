import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import type { NodeSpec } from "../config/node";
import { isUnknown, maskUnknowns, UNKNOWN } from "../facts/unknown";
import { type Digests, newId, removeFiles } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import {
	certificateSigning,
	kubeconfigSigning,
	placeRequest,
	requestProblems,
	type Signing,
} from "../phases/signing/request";
import { type KubeconfigName, kubeconfigNames, kubeconfigRequest } from "../render/kubeconfig";
import { type CertificateName, type CertificateRequest, certificateRequest } from "../render/pki/certificates";
import type { Lifecycle } from "./lifecycle";
import { renderNode } from "./rendering";

/** Arguments of a `CertificateSigningRequest`. */
export type CertificateSigningRequestArgs = {
	/** The host on which the key and the request are placed. */
	host: HostReference;
} & (
	| {
			/** kubeadm's name of a control plane node's certificate or kubeconfig, such as "apiserver" or "admin.conf". */
			name: CertificateName | KubeconfigName;
			/** The cluster that the certificate is for. */
			cluster: ClusterSpec;
			/** The node that the certificate is for. */
			node: NodeSpec;
			/** Certificate of the cluster's CA, PEM. A kubeconfig that holds the key includes this certificate. */
			caCertificate: string;
	  }
	| {
			/** Any other certificate: subject, alternative names and paths. */
			request: CertificateRequest;
	  }
);

/** Inputs of a `CertificateSigningRequest`, as the state keeps them. */
export interface CertificateSigningRequestInputs {
	/** Host on which the key and the request are placed. */
	host: HostReference;
	/** Content of the request, and the paths of the key, the request and the certificate. */
	signing: Signing;
}

/** Outputs of a `CertificateSigningRequest`. */
export interface CertificateSigningRequestOutputs {
	/** The request, PEM. */
	csr: string;
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. */
	digests: Digests;
	/** Status of the files on the host: "valid", or the problems, separated by "; ". */
	status: string;
}

/**
 * A private key on a host, and beside it the request for its certificate. The key is made in this process's memory and
 * is stored on the host only.
 */
export const certificateSigningRequest: Lifecycle<
	CertificateSigningRequestArgs,
	CertificateSigningRequestInputs,
	CertificateSigningRequestOutputs
> = {
	check(args) {
		return { host: args.host, signing: "request" in args ? ofRequest(args.request) : signingOf(args) };
	},

	/** Compares what is requested and the paths. A change of any other input is no difference. */
	diff(state, { signing }) {
		if (state.signing.keyPath !== signing.keyPath || state.signing.requestPath !== signing.requestPath)
			return { replaces: ["signing"] };
		return {
			changes: state.status !== "valid" || !isDeepStrictEqual(requestedFields(state.signing), requestedFields(signing)),
		};
	},

	async create(inputs) {
		const id = newId(inputs.signing.requestPath);
		return { id, outputs: await ask(id, inputs) };
	},

	async read(_id, state) {
		const { keyPath, requestPath } = state.signing;
		const filesOnHost = await (await reach(state.host)).read([keyPath, requestPath]);
		if (filesOnHost.size === 0) return undefined;
		const text = (path: string) => filesOnHost.get(path)?.content.toString() ?? "";
		const problems = requestProblems(state.signing, { key: text(keyPath), csr: text(requestPath) });
		const digests = Object.fromEntries([...filesOnHost].map(([path, { digest }]) => [path, digest]));
		return { ...state, digests, status: problems.join("; ") || "valid" };
	},

	async update(id, state, inputs) {
		return ask(id, inputs, state);
	},

	async delete(id, { host, signing }) {
		await removeFiles({ host: await reach(host), owner: id, paths: [signing.keyPath, signing.requestPath] });
	},
};

function ofRequest(request: CertificateRequest): Signing {
	return isUnknown(request) ? (UNKNOWN as never) : maskUnknowns(certificateSigning(request));
}

function signingOf({
	name,
	cluster,
	node,
	caCertificate,
}: Extract<CertificateSigningRequestArgs, { name: unknown }>): Signing {
	if (isUnknown(name)) return UNKNOWN as never;
	return renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => {
		if (!isKubeconfig(name)) return { signing: certificateSigning(certificateRequest(name, resolved, resolvedNode)) };
		const { path, clusterName, server, user, certificate } = kubeconfigRequest(name, resolved, resolvedNode);
		return { signing: kubeconfigSigning(path, { clusterName, server, user, certificate }, caCertificate) };
	}).signing;
}

function isKubeconfig(name: CertificateName | KubeconfigName): name is KubeconfigName {
	return (kubeconfigNames as readonly string[]).includes(name);
}

function requestedFields({ request: { commonName, organizations, sans, algorithm } }: Signing): unknown {
	return { commonName, organizations, sans, algorithm };
}

async function ask(
	owner: string,
	{ host, signing }: CertificateSigningRequestInputs,
	state?: Partial<CertificateSigningRequestOutputs>,
): Promise<CertificateSigningRequestOutputs> {
	const target = { host: await reach(host), owner, ...(state ? { stateDigests: state.digests ?? {} } : {}) };
	const { csr, digests } = await placeRequest(target, signing);
	return { csr: csr || (state?.csr ?? ""), digests, status: "valid" };
}
