import type { Host } from "../hosts/host";
import { type CertificateName, type CertificateRequest, certificateRequest } from "../render/pki/certificates";
import type { ClusterSpec } from "../spec/cluster";
import type { NodeSpec } from "../spec/node";
import type { Lifecycle } from "./lifecycle";
import { inspect, mismatches } from "./pki/inspect";
import { issueLeaf } from "./pki/issue";
import { keyPem } from "./pki/keys";
import { renewalIsDue } from "./pki/renewal";
import { type Digests, displace, newId, place } from "./placement/place";
import { digestOf } from "./placement/records";
import { type HostReference, reach } from "./reach";
import { renderNode } from "./rendering";
import { keep, recall } from "./vault";

/** The CA that signs, as the `CertificateAuthority` resource gives it. */
export interface AuthorityReference {
	certificate: string;
	privateKey: string;
}

export type CertificateArgs = { host: HostReference; authority: AuthorityReference } & (
	| { name: CertificateName; cluster: ClusterSpec; node: NodeSpec }
	| { request: CertificateRequest }
);

export interface CertificateInputs {
	host: HostReference;
	request: CertificateRequest;
	authority: { certificate: string; fingerprint: string };
}

export interface CertificateOutputs {
	/** PEM. */
	certificate: string;
	/** ISO 8601. */
	notAfter: string;
	digests: Digests;
	/** "valid", or why the pair on the host cannot stay. */
	status: string;
}

/** A certificate and its key on a host. The key is made in this process's memory and is on the host only. */
export const certificate: Lifecycle<CertificateArgs, CertificateInputs, CertificateOutputs> = {
	outputs: ["certificate", "notAfter", "digests", "status"],

	check(args) {
		const { host, authority } = args;
		const request = "request" in args ? args.request : requestOf(args);
		return {
			host,
			request,
			authority: { certificate: authority.certificate, fingerprint: keep(authority.privateKey) },
		};
	},

	diff(state, inputs) {
		if (state.request?.certificatePath !== inputs.request.certificatePath) return { replaces: ["request"] };
		if (state.status !== "valid" || renewalIsDue(state.notAfter, inputs.request.validity, new Date()))
			return { changes: true };
		return {};
	},

	async create(inputs) {
		const id = newId(inputs.request.certificatePath);
		return { id, outputs: await issue(id, inputs) };
	},

	async read(_id, state) {
		const found = await pairOn(await reach(state.host), state.request);
		if (!found) return undefined;
		return { ...state, ...describe(found, state) };
	},

	async update(id, state, inputs) {
		return issue(id, inputs, state.digests ?? {});
	},

	async delete(id, state) {
		await displace({
			host: await reach(state.host),
			owner: id,
			paths: [state.request.certificatePath, state.request.keyPath],
		});
	},
};

function requestOf({
	name,
	cluster,
	node,
}: {
	name: CertificateName;
	cluster: ClusterSpec;
	node: NodeSpec;
}): CertificateRequest {
	return renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) =>
		certificateRequest(name, resolved, resolvedNode),
	);
}

/** Keeps the pair on the host where it is valid for what is asked and lasts, else makes a new one. */
async function issue(id: string, inputs: CertificateInputs, seen?: Digests): Promise<CertificateOutputs> {
	const { request, authority } = inputs;
	const host = await reach(inputs.host);
	const found = await pairOn(host, request);
	const stays =
		found &&
		describe(found, inputs).status === "valid" &&
		!renewalIsDue(inspect(found.certificate).notAfter, request.validity, new Date());
	const pair = stays ? found : await newPair(inputs);
	const file = { owner: "root", group: "root" };
	const { digests } = await place({
		host,
		owner: id,
		seen,
		files: [
			{ ...file, path: request.keyPath, content: pair.key, mode: "0600" },
			{ ...file, path: request.certificatePath, content: pair.certificate, mode: "0644" },
		],
	});
	return {
		certificate: pair.certificate,
		notAfter: inspect(pair.certificate).notAfter,
		digests,
		status: describe({ ...pair }, { request, authority }).status,
	};
}

async function newPair({ request, authority }: CertificateInputs): Promise<Pair> {
	const issued = await issueLeaf(
		request,
		{ certificate: authority.certificate, key: recall(authority.fingerprint) },
		new Date(),
	);
	return { certificate: issued.certificate, key: keyPem(issued.key) };
}

interface Pair {
	certificate: string;
	key: string;
}

async function pairOn(host: Host, { certificatePath, keyPath }: CertificateRequest): Promise<Pair | undefined> {
	const found = await host.read([certificatePath, keyPath]);
	if (found.size === 0) return undefined;
	return {
		certificate: found.get(certificatePath)?.content.toString() ?? "",
		key: found.get(keyPath)?.content.toString() ?? "",
	};
}

function describe(
	pair: Pair,
	{ request, authority }: Pick<CertificateInputs, "request"> & { authority: { certificate: string } },
): CertificateOutputs {
	const problems = mismatches(pair, request, authority.certificate, new Date());
	return {
		certificate: pair.certificate,
		notAfter: pair.certificate ? (attemptInspect(pair.certificate) ?? "") : "",
		digests: { [request.keyPath]: digestOf(pair.key), [request.certificatePath]: digestOf(pair.certificate) },
		status: problems.length === 0 ? "valid" : problems.join("; "),
	};
}

function attemptInspect(pem: string): string | undefined {
	try {
		return inspect(pem).notAfter;
	} catch {
		return undefined;
	}
}
