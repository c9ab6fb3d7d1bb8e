import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import type { NodeSpec } from "../config/node";
import { readableByAll, rootOnly } from "../facts/file-access";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import type { Host } from "../hosts/host";
import { type Digests, newId, placeFiles, removeFiles } from "../hosts/placement/place";
import { digestOf } from "../hosts/placement/records";
import { type HostReference, reach } from "../hosts/reach";
import { status } from "../hosts/status";
import { notSigned, problemsText } from "../phases/signing/not-signed";
import { certificateSigning, placeRequest } from "../phases/signing/request";
import { refuseMismatch } from "../phases/signing/take";
import { mismatches, periodOf, type Rule } from "../pki/inspect";
import { issueLeaf } from "../pki/issue";
import { type Verdict, verdictOn } from "../pki/keep-or-issue";
import {
	type AuthorityByFingerprint,
	type AuthorityReference,
	authorityByFingerprint,
	rememberedKey,
} from "../pki/key-memory";
import { keyPem } from "../pki/keys";
import { forNext, pick, renewalIsDue } from "../pki/renewal";
import { type CertificateName, type CertificateRequest, certificateRequest } from "../render/pki/certificates";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { renderNode } from "./rendering";

export type CertificateArgs = {
	/** The host on which the certificate and its key are placed. */
	host: HostReference;
	/** The CA that signs the certificate. */
	authority: AuthorityReference;
	/**
	 * PEM: signed elsewhere for the key that a `CertificateSigningRequest` placed.
	 * @default signed with `authority.privateKey`; without that key the certificate is awaited on the host, beside its request
	 */
	certificate?: string;
} & (
	| {
			/** kubeadm's name of a control plane node's certificate. */
			name: CertificateName;
			/** The cluster that the certificate is for. */
			cluster: ClusterSpec;
			/** The node that the certificate is for. */
			node: NodeSpec;
	  }
	| {
			/** Any other certificate: its subject, names, validity and paths. */
			request: CertificateRequest;
	  }
);

export interface CertificateInputs {
	host: HostReference;
	request: CertificateRequest;
	authority: AuthorityByFingerprint;
	/** The certificate, where it is signed elsewhere and given. */
	givenCertificate?: string;
}

export interface CertificateOutputs {
	/** PEM. */
	certificate: string;
	/** ISO 8601. */
	notBefore: string;
	/** ISO 8601. */
	notAfter: string;
	digests: Digests;
	/** Digests of what was last placed here; what kubeadm renewed since is not among them. */
	placedDigests: Digests;
	/** Whether the pair was put on the host before and says something else than was asked for, which is as good. */
	keptAsFound?: boolean;
	/** "valid", or why the pair on the host cannot stay. */
	status: string;
}

/** Names of the inputs; the rest of a state are outputs. */
const inputNames = ["host", "request", "authority", "givenCertificate"] as const;

/** A certificate and its key on a host. The key is made in this process's memory and is on the host only. */
export const certificate: Lifecycle<CertificateArgs, CertificateInputs, CertificateOutputs> = {
	check(args) {
		const { host, authority, certificate: givenCertificate } = args;
		const request = "request" in args ? args.request : requestOf(args);
		return {
			host,
			request,
			authority: authorityByFingerprint(authority),
			...(givenCertificate ? { givenCertificate } : {}),
		};
	},

	diff(state, inputs) {
		const moved = (["certificatePath", "keyPath"] as const).some(
			(path) => state.request?.[path] !== inputs.request[path],
		);
		if (moved) return { replaces: ["request"] };
		if (state.status !== "valid") return { changes: true };
		if (inputs.givenCertificate) return inputs.givenCertificate === state.certificate ? {} : { changes: true };
		if (renewalIsDue(state, inputs.request.validity, new Date())) return { changes: true };
		// What was put there by hand is taken in.
		const isNew = !inputs.authority.fingerprint && !isDeepStrictEqual(state.placedDigests, state.digests);
		if (isNew) return { changes: true };
		// Another validity or algorithm counts when it is renewed, as with kubeadm.
		const next = { ...inputs.request, ...pick(state.request, forNext) };
		const same = isDeepStrictEqual(pick(state, inputNames), pick({ ...inputs, request: next }, inputNames));
		return same && !isDeepStrictEqual(next, inputs.request) ? { changes: false } : {};
	},

	async create(inputs) {
		const id = newId(inputs.request.certificatePath);
		return { id, outputs: await issue(id, inputs) };
	},

	async read(_id, state) {
		const found = await pairOn(await reach(state.host), state.request);
		if (!found) return undefined;
		return { ...state, ...describe(found, state, state) };
	},

	async update(id, state, inputs) {
		return issue(id, inputs, state);
	},

	async delete(id, state) {
		const { certificatePath, keyPath } = state.request;
		const paths = [certificatePath, keyPath, certificateSigning(state.request).requestPath];
		await removeFiles({ host: await reach(state.host), owner: id, paths });
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

/** Keeps the pair on the host where it is valid for what is asked and lasts, else makes a new one, or asks for it. */
async function issue(
	id: string,
	inputs: CertificateInputs,
	state?: Partial<CertificateOutputs>,
): Promise<CertificateOutputs> {
	const host = await reach(inputs.host);
	const target = { host, owner: id, ...(state ? { stateDigests: state.digests ?? {} } : {}) };
	const found = await pairOn(host, inputs.request);
	if (inputs.givenCertificate)
		return putBeside(target, { ...inputs, givenCertificate: inputs.givenCertificate }, found);
	const { request, authority } = inputs;
	const verdict = found && verdictOnPair(found, inputs, state);
	if (!authority.fingerprint && !verdict?.lasts)
		await requestAnew(
			target,
			inputs,
			verdict?.acceptable ? SOON : problemsText(found?.certificate ? verdict?.problems : []),
		);
	const stays = verdict?.lasts || (verdict?.acceptable && !authority.fingerprint);
	const pair = found && stays ? found : await newPair(inputs);
	const { digests } = await placeFiles({
		...target,
		files: [
			{ path: request.keyPath, content: pair.key, ...rootOnly, ...request.keyAccess },
			{ path: request.certificatePath, content: pair.certificate, ...readableByAll },
		],
		problems: verdict?.problems,
	});
	const { certificate, key } = pair;
	const keptAsFound = stays && !verdict?.asAsked;
	const placedDigests = stays && authority.fingerprint ? (state?.placedDigests ?? digests) : digests;
	return {
		...describe({ certificate, key }, inputs, { keptAsFound }),
		...(keptAsFound ? { keptAsFound } : {}),
		digests,
		placedDigests,
	};
}

/** Judges the pair on the host. */
function verdictOnPair(pair: Pair, inputs: CertificateInputs, state: Partial<CertificateOutputs> | undefined): Verdict {
	const { request, authority } = inputs;
	const now = new Date();
	return verdictOn({
		problemsBy: (rule) => mismatches(pair, request, authority.certificate, now, rule),
		strict: ruleFor(inputs, { keptAsFound: false }),
		wasInPlace: ruleFor(inputs, state) === "in place",
		period: periodOf(pair.certificate),
		validity: request.validity,
		now,
	});
}

/** Puts a certificate that was signed elsewhere to its key. */
async function putBeside(
	target: { host: Host; owner: string; stateDigests?: Digests },
	inputs: CertificateInputs & { givenCertificate: string },
	found: Pair | undefined,
): Promise<CertificateOutputs> {
	const { request, authority, givenCertificate } = inputs;
	const pair = { certificate: givenCertificate, key: found?.key ?? "" };
	const problems = mismatches(pair, request, authority.certificate, new Date(), "at least");
	if (!pair.key) problems.push(`${request.keyPath} is not there, which a CertificateSigningRequest places`);
	refuseMismatch(target.host, certificateSigning(request), problems);
	const { certificatePath: path } = request;
	const { digests } = await placeFiles({
		...target,
		files: [{ path, content: givenCertificate, ...readableByAll }],
	});
	const described = describe(pair, inputs);
	return { ...described, placedDigests: { ...described.digests, ...digests } };
}

/** Asks for a certificate that this program cannot sign. One that still serves for a while is no reason to stop. */
async function requestAnew(
	target: { host: Host; owner: string; stateDigests?: Digests },
	{ request, authority }: CertificateInputs,
	got: string,
): Promise<void> {
	const signing = certificateSigning(request);
	const { digests } = await placeRequest(target, signing);
	const left = notSigned(target.host, signing, authority.certificate, got);
	if (got === SOON) return status(left.message);
	const outputs = { certificate: "", notBefore: "", notAfter: "", digests, placedDigests: {}, status: "not signed" };
	throw new PartialFailure(target.owner, outputs, left);
}

const SOON = "one that ends soon";

/** What this program signs is as it was asked for; what others signed may say more, and what was there before even more. */
function ruleFor(
	{ authority }: Pick<CertificateInputs, "authority">,
	state: Partial<CertificateOutputs> | undefined,
): Rule {
	if (!state || state.keptAsFound) return "in place";
	return authority.fingerprint ? "exactly" : "at least";
}

async function newPair({ request, authority }: CertificateInputs): Promise<Pair> {
	const issued = await issueLeaf(
		request,
		{ certificate: authority.certificate, key: rememberedKey(authority.fingerprint!) },
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
	{ request, authority }: Pick<CertificateInputs, "request" | "authority">,
	state: Partial<CertificateOutputs> = {},
): Omit<CertificateOutputs, "placedDigests"> {
	const problems = mismatches(pair, request, authority.certificate, new Date(), ruleFor({ authority }, state));
	const { keyMode = rootOnly.mode } = pair;
	if (keyMode !== rootOnly.mode) problems.push(`its key's mode: expected ${rootOnly.mode}, got ${keyMode}`);
	return {
		certificate: pair.certificate,
		...periodOf(pair.certificate),
		digests: { [request.keyPath]: digestOf(pair.key), [request.certificatePath]: digestOf(pair.certificate) },
		status: problems.length === 0 ? "valid" : problems.join("; "),
	};
}
