import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import { encryptionAlgorithmOf } from "../config/features";
import type { NodeSpec } from "../config/node";
import { SpecError } from "../config/problems";
import { rootOnly } from "../facts/file-access";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { toYaml } from "../go/yaml/write";
import type { FileOnHost, Host } from "../hosts/host";
import { type Digests, newId, placeFiles, removeFiles } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { kubeconfigSigning, type Signing } from "../phases/signing/request";
import { type Signed, takeSigned } from "../phases/signing/take";
import { periodOf, type Rule } from "../pki/inspect";
import { issueLeaf } from "../pki/issue";
import { type Verdict, verdictOn } from "../pki/keep-or-issue";
import {
	type AuthorityByFingerprint,
	type AuthorityReference,
	authorityByFingerprint,
	rememberedKey,
} from "../pki/key-memory";
import { keyPem } from "../pki/keys";
import { credentialsIn, type KubeconfigSubject, kubeconfigProblems, kubeconfigStatus } from "../pki/kubeconfig";
import { forNext, pick, renewalIsDue } from "../pki/renewal";
import {
	type Credentials,
	type KubeconfigName,
	kubeconfigNames,
	kubeconfigRequest,
	kubeconfig as renderKubeconfig,
} from "../render/kubeconfig";
import { type FileAccess, rootlessFiles } from "../render/static-pods/rootless";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { isOtherMachine } from "./machine-guards";
import { renderCluster, renderNode } from "./rendering";

/** Arguments of a `Kubeconfig`. */
export interface KubeconfigArgs {
	/** Host on which the kubeconfig is placed. @default none: the kubeconfig is the output `kubeconfig`, a secret */
	host?: HostReference;
	/** The cluster's CA, which signs the client's certificate. The kubeconfig trusts this CA. */
	authority: AuthorityReference;
	/**
	 * The client's certificate that is signed elsewhere, PEM, for the key that a `CertificateSigningRequest` placed.
	 * @default the CA's key signs the certificate; for an external CA the certificate is awaited on the host, beside its
	 * request
	 */
	certificate?: string;
	/** The cluster that the kubeconfig is for. */
	cluster: ClusterSpec;
	/** Name of one of kubeadm's own kubeconfigs, such as "admin.conf". Give `node` with this name. */
	name?: KubeconfigName;
	/** The node that kubeadm's own kubeconfig is for. Used with `name`. */
	node?: NodeSpec;
	/** Any other user, as for `kubeadm kubeconfig user`. Give `name` or `user`. */
	user?: { name: string; groups?: string[]; server: string; validitySeconds?: number };
	/** Token that identifies the user instead of a certificate. Secret. @default none */
	token?: string;
	/** Absolute path of the kubeconfig of `user`. Needed with `user` and `host`; `name` implies a path. */
	path?: string;
}

/** Inputs of a `Kubeconfig`, as the state keeps them. */
export interface KubeconfigInputs {
	/** Host on which the kubeconfig is placed. Absent where the kubeconfig is an output. */
	host?: HostReference;
	/** Absolute path on the host. Absent where the kubeconfig is an output. */
	path?: string;
	/**
	 * Content of the kubeconfig apart from its credentials: cluster name, server, user, and the request for the client
	 * certificate.
	 */
	subject: KubeconfigSubject;
	/** Owner, group and mode of the file. @default root, root, "0600" */
	fileAccess?: FileAccess;
	/** The cluster's CA: its certificate, and the fingerprint of its key. An external CA has no fingerprint. */
	authority: AuthorityByFingerprint;
	/**
	 * Client certificate that is signed elsewhere and given by the program, PEM. Absent where the CA's key signs, or
	 * where the certificate is awaited on the host.
	 */
	givenCertificate?: string;
	/** Token that identifies the user. Secret. Absent where a client certificate does. */
	token?: string;
}

/** Outputs of a `Kubeconfig`. */
export interface KubeconfigOutputs {
	/** The kubeconfig, YAML. Absent where the kubeconfig is on a host. Secret. */
	kubeconfig?: string;
	/** Start of the client certificate's validity, ISO 8601. Empty for a token. */
	notBefore: string;
	/** End of the client certificate's validity, ISO 8601. Empty for a token. */
	notAfter: string;
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. Empty where the kubeconfig is an output. */
	digests: Digests;
	/**
	 * SHA-256 of the file as this resource placed it last, hexadecimal, by absolute path. A renewal by kubeadm does not
	 * change this digest.
	 */
	placedDigests: Digests;
	/**
	 * True where the file was on the host before this resource, has another user than requested, and is acceptable all
	 * the same. Absent otherwise.
	 */
	keptAsFound?: boolean;
	/** Status of the file on the host: "valid", or why the file cannot stay. */
	status: string;
}

/** Names of the inputs. Every other field of a state is an output. */
const inputNames = ["host", "path", "subject", "fileAccess", "authority", "givenCertificate", "token"] as const;

/**
 * Lifecycle of a kubeconfig with a client certificate of its own, or with a token. The kubeconfig is placed on a host
 * or returned to the program. `check` throws SpecError for a host without a path, and for an external CA without a
 * host. Where an external CA has not signed yet, `create` and `update` throw PartialFailure.
 */
export const kubeconfig: Lifecycle<KubeconfigArgs, KubeconfigInputs, KubeconfigOutputs> = {
	check(args) {
		const { host, token, certificate: givenCertificate } = args;
		const { subject, path, fileAccess } = subjectOf(args);
		const authority = authorityByFingerprint(args.authority);
		if (host && !path)
			throw new SpecError("Kubeconfig", [{ path: "path", message: "expected an absolute path on the host, got none" }]);
		if (!host && !token && !authority.fingerprint) throw new SpecError("Kubeconfig", [{ path: "", message: NOT_HERE }]);
		return {
			...(host ? { host, path } : {}),
			...(token ? { token } : {}),
			...(givenCertificate ? { givenCertificate } : {}),
			subject,
			...(fileAccess ? { fileAccess } : {}),
			authority,
		};
	},

	diff(state, inputs) {
		if (state.path !== inputs.path) return { replaces: ["path"] };
		if (isOtherMachine(state, inputs)) return { replaces: ["host"] };
		if (state.status !== "valid") return { changes: true, reason: state.status };
		if (inputs.token || inputs.givenCertificate) return {};
		if (renewalIsDue(state, inputs.subject.certificate.validity, new Date()))
			return { changes: true, reason: `the certificate ends on ${state.notAfter}` };
		// An external CA's certificate that somebody put on the host needs an update, which adopts the certificate.
		const isNew = !inputs.authority.fingerprint && !isDeepStrictEqual(state.placedDigests, state.digests);
		if (isNew) return { changes: true, reason: "the host has another certificate, which is adopted" };
		// A changed validity or algorithm takes effect at the next renewal, as with kubeadm.
		const certificate = { ...inputs.subject.certificate, ...pick(state.subject.certificate, forNext) };
		const next = { ...inputs, subject: { ...inputs.subject, certificate } };
		const same = isDeepStrictEqual(pick(state, inputNames), pick(next, inputNames));
		return same && !isDeepStrictEqual(next, inputs) ? { changes: false } : {};
	},

	async create(inputs) {
		const id = newId(inputs.path ?? inputs.subject.user);
		return { id, outputs: await issue(id, inputs) };
	},

	async read(_id, state) {
		if (!state.host) return state;
		const found = await fileOn(await reach(state.host), state.path!);
		if (!found) return undefined;
		const text = found.content.toString();
		const { status, ...period } = kubeconfigStatus(text, state, ruleFor(state, state));
		const problems = status === "valid" ? [] : [status];
		if (state.givenCertificate && credentialsIn(text).certificate !== state.givenCertificate)
			problems.push("its certificate is another one");
		if (found.mode !== rootOnly.mode) problems.push(`its mode: expected ${rootOnly.mode}, got ${found.mode}`);
		return { ...state, ...period, digests: { [state.path!]: found.digest }, status: problems.join("; ") || "valid" };
	},

	async update(id, state, inputs) {
		return issue(id, inputs, state);
	},

	async delete(id, state) {
		if (!state.host) return;
		const { keyPath, requestPath } = signingOf(state);
		await removeFiles({ host: await reach(state.host), owner: id, paths: [keyPath, requestPath] });
	},
};

function subjectOf({
	name,
	node,
	user,
	cluster,
	path,
}: KubeconfigArgs): Pick<KubeconfigInputs, "subject" | "path" | "fileAccess"> {
	if (isUnknown(name)) return { subject: UNKNOWN as never, path: UNKNOWN };
	if (name && node)
		return renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => {
			const { path, clusterName, server, user, certificate } = kubeconfigRequest(name, resolved, resolvedNode);
			const fileAccess = rootlessFiles(resolved)[path];
			return { path, subject: { clusterName, server, user, certificate }, ...(fileAccess ? { fileAccess } : {}) };
		});
	if (isUnknown(user)) return { subject: UNKNOWN as never, path };
	if (!user)
		throw new SpecError("Kubeconfig", [
			{ path: "user", message: "expected `name` and `node` for one of kubeadm's own, or `user`, got neither" },
		]);
	const { subject } = renderCluster(cluster, (resolved) => ({
		subject: {
			clusterName: resolved.clusterName,
			server: user.server,
			user: user.name,
			certificate: {
				name: user.name,
				ca: "ca" as const,
				commonName: user.name,
				organizations: user.groups ?? [],
				usages: ["clientAuth" as const],
				sans: [],
				validity: user.validitySeconds ?? 365 * 24 * 3600,
				algorithm: encryptionAlgorithmOf(resolved),
			},
		},
	}));
	return { subject, path };
}

/**
 * Keeps the kubeconfig on the host where it is acceptable and lasts. Otherwise makes a new one, or places a request
 * where the CA signs elsewhere.
 */
async function issue(
	id: string,
	inputs: KubeconfigInputs,
	state?: Partial<KubeconfigOutputs>,
): Promise<KubeconfigOutputs> {
	const { path, token, authority } = inputs;
	const host = inputs.host && (await reach(inputs.host));
	if (!host) {
		const text =
			state?.kubeconfig !== undefined && verdictOnText(state.kubeconfig, inputs, { keptAsFound: false }).lasts
				? state.kubeconfig
				: await make(inputs);
		return { ...kubeconfigStatus(text, inputs), digests: {}, placedDigests: {}, kubeconfig: text };
	}
	const target = { host, owner: id, ...(state ? { stateDigests: state.digests ?? {} } : {}) };
	const found = (await fileOn(host, path!))?.content.toString();
	const verdict = found === undefined ? undefined : verdictOnText(found, inputs, state);
	const kept = found !== undefined && verdict?.lasts && !inputs.givenCertificate;
	const signsHere = token !== undefined || authority.fingerprint !== undefined;
	const signed = !kept && (inputs.givenCertificate || !signsHere) ? await takeOrAsk(target, inputs) : undefined;
	const text = kept
		? found
		: signed
			? kubeconfigText(inputs.subject, authority, signed.credentials)
			: await make(inputs);
	const { digests } = await placeFiles({
		...target,
		files: [{ path: path!, content: text, ...rootOnly, ...inputs.fileAccess }],
		problems: verdict?.problems,
	});
	if (signed?.handedOver) await host.remove([signed.handedOver]);
	const keptAsFound = kept && !verdict?.asAsked;
	const placedDigests = kept && signsHere ? (state?.placedDigests ?? digests) : digests;
	const period = kubeconfigStatus(text, inputs, ruleFor(inputs, { keptAsFound }));
	return { ...period, ...(keptAsFound ? { keptAsFound } : {}), digests, placedDigests };
}

/**
 * How strictly a kubeconfig must match its request, as for certificates. Only kubeadm's own kubeconfigs may have
 * another user than requested.
 */
function ruleFor(
	{ token, givenCertificate, subject, authority }: KubeconfigInputs,
	state: { keptAsFound?: boolean } | undefined,
): Rule {
	const isKubeadms = (kubeconfigNames as readonly string[]).includes(subject.certificate.name);
	if (isKubeadms && !token && (!state || state.keptAsFound)) return "in place";
	return givenCertificate || !authority.fingerprint ? "at least" : "exactly";
}

/**
 * Takes a certificate that another signer made, or places a request for it.
 * @throws PartialFailure where the certificate is not signed yet
 */
async function takeOrAsk(
	target: { host: Host; owner: string; stateDigests?: Digests },
	inputs: KubeconfigInputs,
): Promise<Signed> {
	const { authority, givenCertificate: given } = inputs;
	const outcome = await takeSigned(target, signingOf(inputs), { caCertificate: authority.certificate, given });
	if (!("unsigned" in outcome)) return outcome;
	const outputs = { notBefore: "", notAfter: "", digests: outcome.digests, placedDigests: {}, status: "not signed" };
	throw new PartialFailure(target.owner, outputs, outcome.unsigned);
}

function signingOf({ path, subject, authority }: KubeconfigInputs): Signing {
	return kubeconfigSigning(path!, subject, authority.certificate);
}

/** Checks a kubeconfig in place: whether it is as requested, whether it is acceptable, and whether it lasts. */
function verdictOnText(text: string, inputs: KubeconfigInputs, state: Partial<KubeconfigOutputs> | undefined): Verdict {
	return verdictOn({
		problemsBy: (rule) => kubeconfigProblems(text, inputs, rule),
		strict: ruleFor(inputs, { keptAsFound: false }),
		wasInPlace: ruleFor(inputs, state) === "in place",
		...(inputs.token === undefined ? { period: periodOf(credentialsIn(text).certificate) } : {}),
		validity: inputs.subject.certificate.validity,
		now: new Date(),
	});
}

async function make({ subject, authority, token }: KubeconfigInputs): Promise<string> {
	if (token) return kubeconfigText(subject, authority, { token });
	const signer = { certificate: authority.certificate, key: rememberedKey(authority.fingerprint!) };
	const issued = await issueLeaf(subject.certificate, signer, new Date(), "with its CA");
	return kubeconfigText(subject, authority, { clientCertificate: issued.certificate, clientKey: keyPem(issued.key) });
}

function kubeconfigText(
	{ clusterName, server, user }: KubeconfigSubject,
	{ certificate: caCertificate }: AuthorityByFingerprint,
	credentials: Credentials,
): string {
	return toYaml(renderKubeconfig({ clusterName, server, user, caCertificate, credentials }));
}

async function fileOn(host: Host, path: string): Promise<FileOnHost | undefined> {
	return (await host.read([path])).get(path);
}

const NOT_HERE =
	"expected the CA's key or a `token`, got a CA that signs elsewhere; take /etc/kubernetes/admin.conf from a control plane, or give a `host` and a `path`";
