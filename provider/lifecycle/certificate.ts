import { isUnknown, UNKNOWN } from "../facts/unknown";
import type { Host } from "../hosts/host";
import { type CertificateName, type CertificateRequest, certificateRequest } from "../render/pki/certificates";
import type { ClusterSpec } from "../spec/cluster";
import type { NodeSpec } from "../spec/node";
import type { Lifecycle } from "./lifecycle";
import { endOf, mismatches } from "./pki/inspect";
import { issueLeaf } from "./pki/issue";
import { keyPem } from "./pki/keys";
import { renewalIsDue } from "./pki/renewal";
import { type Digests, displace, newId, place } from "./placement/place";
import { digestOf } from "./placement/records";
import { type HostReference, reach } from "./reach";
import { renderNode } from "./rendering";
import { type AuthorityReference, keptAuthority, recall } from "./vault";

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
	/** Digests of what was last placed here; what kubeadm renewed since is not among them. */
	placed: Digests;
	/** "valid", or why the pair on the host cannot stay. */
	status: string;
}

/** Who may read a key. */
const KEY_MODE = "0600";

/** A certificate and its key on a host. The key is made in this process's memory and is on the host only. */
export const certificate: Lifecycle<CertificateArgs, CertificateInputs, CertificateOutputs> = {
	outputs: ["certificate", "notAfter", "digests", "placed", "status"],

	check(args) {
		const { host, authority } = args;
		const request = "request" in args ? args.request : requestOf(args);
		return { host, request, authority: keptAuthority(authority) };
	},

	diff(state, inputs) {
		const moved = (["certificatePath", "keyPath"] as const).some(
			(path) => state.request?.[path] !== inputs.request[path],
		);
		if (moved) return { replaces: ["request"] };
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
		return issue(id, inputs, state);
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
	if (isUnknown(name)) return UNKNOWN as never;
	return renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
		request: certificateRequest(name, resolved, resolvedNode),
	})).request;
}

/** Keeps the pair on the host where it is valid for what is asked and lasts, else makes a new one. */
async function issue(
	id: string,
	inputs: CertificateInputs,
	state?: Partial<CertificateOutputs>,
): Promise<CertificateOutputs> {
	const { request, authority } = inputs;
	const host = await reach(inputs.host);
	const found = await pairOn(host, request);
	const stays =
		found &&
		mismatches(found, request, authority.certificate, new Date()).length === 0 &&
		!renewalIsDue(endOf(found.certificate), request.validity, new Date());
	const pair = stays ? found : await newPair(inputs);
	const file = { owner: "root", group: "root" };
	const { digests } = await place({
		host,
		owner: id,
		seen: state && (state.digests ?? {}),
		files: [
			{ ...file, path: request.keyPath, content: pair.key, mode: KEY_MODE },
			{ ...file, path: request.certificatePath, content: pair.certificate, mode: "0644" },
		],
	});
	const { certificate, key } = pair;
	const placed = stays ? (state?.placed ?? digests) : digests;
	return { ...describe({ certificate, key }, { request, authority }), digests, placed };
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
	keyMode?: string;
}

async function pairOn(host: Host, { certificatePath, keyPath }: CertificateRequest): Promise<Pair | undefined> {
	const found = await host.read([certificatePath, keyPath]);
	if (found.size === 0) return undefined;
	return {
		certificate: found.get(certificatePath)?.content.toString() ?? "",
		key: found.get(keyPath)?.content.toString() ?? "",
		keyMode: found.get(keyPath)?.mode,
	};
}

function describe(
	pair: Pair,
	{ request, authority }: Pick<CertificateInputs, "request"> & { authority: { certificate: string } },
): Omit<CertificateOutputs, "placed"> {
	const problems = mismatches(pair, request, authority.certificate, new Date());
	const { keyMode = KEY_MODE } = pair;
	if (keyMode !== KEY_MODE) problems.push(`its key's mode: expected ${KEY_MODE}, got ${keyMode}`);
	return {
		certificate: pair.certificate,
		notAfter: endOf(pair.certificate),
		digests: { [request.keyPath]: digestOf(pair.key), [request.certificatePath]: digestOf(pair.certificate) },
		status: problems.length === 0 ? "valid" : problems.join("; "),
	};
}
