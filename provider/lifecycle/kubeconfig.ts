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
import { appraise, credentialsIn, type KubeconfigSubject, kubeconfigProblems } from "../pki/kubeconfig";
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
import { renderCluster, renderNode } from "./rendering";

export interface KubeconfigArgs {
	/** The host on which the kubeconfig is placed. @default none: the kubeconfig is the output `kubeconfig`, a secret */
	host?: HostReference;
	/** The cluster's CA: it signs the client's certificate, and the kubeconfig trusts it. */
	authority: AuthorityReference;
	/**
	 * The client's certificate, PEM: signed elsewhere for the key that a `CertificateSigningRequest` placed.
	 * @default signed with `authority.privateKey`; without that key the certificate is awaited on the host, beside its request
	 */
	certificate?: string;
	/** The cluster that the kubeconfig is for. */
	cluster: ClusterSpec;
	/** One of kubeadm's own kubeconfigs, such as "admin.conf", for `node`. */
	name?: KubeconfigName;
	/** The node whose kubeconfig it is, with `name`. */
	node?: NodeSpec;
	/** Another user, as `kubeadm kubeconfig user` takes it; `server` is the API's URL. */
	user?: { name: string; groups?: string[]; server: string; validitySeconds?: number };
	/** A token that identifies the user, instead of a certificate. Secret. @default none */
	token?: string;
	/** Absolute path of another user's kubeconfig on the host. */
	path?: string;
}

export interface KubeconfigInputs {
	host?: HostReference;
	path?: string;
	subject: KubeconfigSubject;
	/** Who may read it. @default root */
	fileAccess?: FileAccess;
	authority: AuthorityByFingerprint;
	/** The client's certificate, where it is signed elsewhere and given. */
	givenCertificate?: string;
	token?: string;
}

export interface KubeconfigOutputs {
	/** YAML; only where it is not on a host. Secret. */
	kubeconfig?: string;
	/** ISO 8601; empty for a token. */
	notBefore: string;
	/** ISO 8601; empty for a token. */
	notAfter: string;
	digests: Digests;
	/** Digests of what was last placed here; what kubeadm renewed since is not among them. */
	placedDigests: Digests;
	/** Whether it was put on the host before and has another user than was asked for, which is as good. */
	keptAsFound?: boolean;
	/** "valid", or why the file on the host cannot stay. */
	status: string;
}

/** Names of the inputs; the rest of a state are outputs. */
const inputNames = ["host", "path", "subject", "fileAccess", "authority", "givenCertificate", "token"] as const;

/** A kubeconfig with a client certificate of its own (or a token), on a host or for the program. */
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
		if (state.status !== "valid") return { changes: true };
		if (inputs.token || inputs.givenCertificate) return {};
		if (renewalIsDue(state, inputs.subject.certificate.validity, new Date())) return { changes: true };
		// What was put there by hand is taken in.
		const isNew = !inputs.authority.fingerprint && !isDeepStrictEqual(state.placedDigests, state.digests);
		if (isNew) return { changes: true };
		// Another validity or algorithm counts when it is renewed, as with kubeadm.
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
		const { status, ...period } = appraise(text, state, ruleFor(state, state));
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

/** Keeps what is there where it is valid for what is asked and lasts, else makes a new one, or asks for it. */
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
		return { ...appraise(text, inputs), digests: {}, placedDigests: {}, kubeconfig: text };
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
	const period = appraise(text, inputs, ruleFor(inputs, { keptAsFound }));
	return { ...period, ...(keptAsFound ? { keptAsFound } : {}), digests, placedDigests };
}

/** As for certificates; nobody but kubeadm's own components may have another user than was asked for. */
function ruleFor(
	{ token, givenCertificate, subject, authority }: KubeconfigInputs,
	state: { keptAsFound?: boolean } | undefined,
): Rule {
	const isKubeadms = (kubeconfigNames as readonly string[]).includes(subject.certificate.name);
	if (isKubeadms && !token && (!state || state.keptAsFound)) return "in place";
	return givenCertificate || !authority.fingerprint ? "at least" : "exactly";
}

/** What was signed elsewhere; where it is not yet, it is asked for. */
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

/** Judges a kubeconfig in place. */
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
