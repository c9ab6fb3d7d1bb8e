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
import { sayAtNextRenewal } from "../phases/signing/at-next-renewal";
import { notSigned, problemsText } from "../phases/signing/not-signed";
import { certificateSigning, placeRequest } from "../phases/signing/request";
import { refuseMismatch } from "../phases/signing/take";
import { certificateProblems, periodOf, type Rule } from "../pki/inspect";
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

/** Arguments of a `Certificate`. */
export type CertificateArgs = {
	/** The host on which the certificate and its key are placed. */
	host: HostReference;
	/** The CA that signs the certificate. A CA without a key is external. */
	authority: AuthorityReference;
	/**
	 * Certificate that is signed elsewhere, PEM, for the key that a `CertificateSigningRequest` placed.
	 * @default the CA's key signs the certificate; for an external CA the certificate is awaited on the host, beside its
	 * request
	 */
	certificate?: string;
} & (
	| {
			/** kubeadm's name of a control plane node's certificate, such as "apiserver-etcd-client". */
			name: CertificateName;
			/** The cluster that the certificate is for. */
			cluster: ClusterSpec;
			/** The node that the certificate is for. */
			node: NodeSpec;
	  }
	| {
			/** Any other certificate: subject, alternative names, validity and paths. */
			request: CertificateRequest;
	  }
);

/** Inputs of a `Certificate`, as the state keeps them. */
export interface CertificateInputs {
	/** Host on which the certificate and its key are placed. */
	host: HostReference;
	/** Subject, alternative names, usages, validity and paths of the certificate. */
	request: CertificateRequest;
	/** The CA that signs: its certificate, and the fingerprint of its key. An external CA has no fingerprint. */
	authority: AuthorityByFingerprint;
	/**
	 * Certificate that is signed elsewhere and given by the program, PEM. Absent where the CA's key signs, or where the
	 * certificate is awaited on the host.
	 */
	givenCertificate?: string;
}

/** Outputs of a `Certificate`. */
export interface CertificateOutputs {
	/** The certificate, PEM. Empty where the host has none. */
	certificate: string;
	/** Start of the certificate's validity, ISO 8601. */
	notBefore: string;
	/** End of the certificate's validity, ISO 8601. */
	notAfter: string;
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. */
	digests: Digests;
	/**
	 * SHA-256 of each file as this resource placed it last, hexadecimal, by absolute path. A renewal by kubeadm does
	 * not change these digests.
	 */
	placedDigests: Digests;
	/**
	 * True where the pair was on the host before this resource, differs from the request, and is acceptable all the
	 * same. Absent otherwise.
	 */
	keptAsFound?: boolean;
	/**
	 * Status of the pair on the host: "valid", "not signed", or the reasons why the pair cannot stay, separated by ";
	 * ".
	 */
	status: string;
}

/** Names of the inputs. Every other field of a state is an output. */
const inputNames = ["host", "request", "authority", "givenCertificate"] as const;

/**
 * Lifecycle of a certificate and its private key on a host. The key is made in this process's memory and is stored on
 * the host only. Where an external CA has not signed yet, `create` and `update` place a request and throw
 * PartialFailure, unless an acceptable certificate is on the host.
 */
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
		if (state.status !== "valid") return { changes: true, reason: state.status };
		if (inputs.givenCertificate)
			return inputs.givenCertificate === state.certificate
				? {}
				: { changes: true, reason: "the host has another certificate than the given one" };
		if (renewalIsDue(state, inputs.request.validity, new Date()))
			return { changes: true, reason: `the certificate ends on ${state.notAfter}` };
		// An external CA's certificate that somebody put on the host needs an update, which adopts the certificate.
		const isNew = !inputs.authority.fingerprint && !isDeepStrictEqual(state.placedDigests, state.digests);
		if (isNew) return { changes: true, reason: "the host has another certificate, which is adopted" };
		sayAtNextRenewal(state.request, inputs.request);
		// A changed validity or algorithm takes effect at the next renewal, as with kubeadm.
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

/**
 * Keeps the pair on the host where it is acceptable and lasts. Otherwise issues a new pair, or places a request where
 * the CA signs elsewhere.
 */
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

/** Checks the pair on the host: whether it is as requested, whether it is acceptable, and whether it lasts. */
function verdictOnPair(pair: Pair, inputs: CertificateInputs, state: Partial<CertificateOutputs> | undefined): Verdict {
	const { request, authority } = inputs;
	const now = new Date();
	return verdictOn({
		problemsBy: (rule) =>
			certificateProblems({ found: pair, request, caCertificate: authority.certificate, now, rule }),
		strict: ruleFor(inputs, { keptAsFound: false }),
		wasInPlace: ruleFor(inputs, state) === "in place",
		period: periodOf(pair.certificate),
		validity: request.validity,
		now,
	});
}

/**
 * Places a given certificate beside its key.
 * @throws Error with all mismatches between certificate, key and request
 */
async function putBeside(
	target: { host: Host; owner: string; stateDigests?: Digests },
	inputs: CertificateInputs & { givenCertificate: string },
	found: Pair | undefined,
): Promise<CertificateOutputs> {
	const { request, authority, givenCertificate } = inputs;
	const pair = { certificate: givenCertificate, key: found?.key ?? "" };
	const problems = certificateProblems({
		found: pair,
		request,
		caCertificate: authority.certificate,
		now: new Date(),
		rule: "at least",
	});
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

/**
 * Places the request for a certificate that this program cannot sign. The `up` goes on while the old certificate is
 * still acceptable.
 * @throws PartialFailure where the host has no acceptable certificate
 */
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

/**
 * How strictly a certificate must match its request: exactly where this program signs, "at least" where another signer
 * does, and by the loosest rule where the certificate was on the host before.
 */
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
	const problems = certificateProblems({
		found: pair,
		request,
		caCertificate: authority.certificate,
		now: new Date(),
		rule: ruleFor({ authority }, state),
	});
	const { keyMode = rootOnly.mode } = pair;
	if (keyMode !== rootOnly.mode) problems.push(`its key's mode: expected ${rootOnly.mode}, got ${keyMode}`);
	return {
		certificate: pair.certificate,
		...periodOf(pair.certificate),
		digests: { [request.keyPath]: digestOf(pair.key), [request.certificatePath]: digestOf(pair.certificate) },
		status: problems.length === 0 ? "valid" : problems.join("; "),
	};
}
