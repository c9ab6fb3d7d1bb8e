import { isUnknown, UNKNOWN } from "../facts/unknown";
import type { FileOnHost, Host } from "../hosts/host";
import { type KubeconfigName, kubeconfigRequest, kubeconfig as renderKubeconfig } from "../render/kubeconfig";
import { toYaml } from "../render/yaml";
import type { ClusterSpec } from "../spec/cluster";
import type { NodeSpec } from "../spec/node";
import { SpecError } from "../spec/problems";
import type { Lifecycle } from "./lifecycle";
import { issueLeaf } from "./pki/issue";
import { keyPem } from "./pki/keys";
import { appraise, type KubeconfigSubject } from "./pki/kubeconfig";
import { renewalIsDue } from "./pki/renewal";
import { type Digests, displace, newId, place } from "./placement/place";
import { type HostReference, reach } from "./reach";
import { renderCluster, renderNode } from "./rendering";
import { type AuthorityReference, keptAuthority, recall } from "./vault";

export interface KubeconfigArgs {
	/** Where it is placed; absent: it is an output for the program, and a secret. */
	host?: HostReference;
	/** The cluster's CA: it signs the client, and the kubeconfig trusts it. */
	authority: AuthorityReference;
	cluster: ClusterSpec;
	/** One of kubeadm's own kubeconfigs, for this node. */
	name?: KubeconfigName;
	node?: NodeSpec;
	/** Another user's, as `kubeadm kubeconfig user` makes it. */
	user?: { name: string; groups?: string[]; server: string; validitySeconds?: number };
	/** A user known by a token instead of a certificate. Secret. */
	token?: string;
	/** Absolute path on the host, for another user's. */
	path?: string;
}

export interface KubeconfigInputs {
	host?: HostReference;
	path?: string;
	subject: KubeconfigSubject;
	authority: { certificate: string; fingerprint: string };
	token?: string;
}

export interface KubeconfigOutputs {
	/** YAML; only where it is not on a host. Secret. */
	kubeconfig?: string;
	/** ISO 8601; empty for a token. */
	notAfter: string;
	digests: Digests;
	/** Digests of what was last placed here; what kubeadm renewed since is not among them. */
	placed: Digests;
	/** "valid", or why the file on the host cannot stay. */
	status: string;
}

/** Who may read it. */
const MODE = "0600";

/** A kubeconfig with a client certificate of its own (or a token), on a host or for the program. */
export const kubeconfig: Lifecycle<KubeconfigArgs, KubeconfigInputs, KubeconfigOutputs> = {
	outputs: ["kubeconfig", "notAfter", "digests", "placed", "status"],

	check(args) {
		const { host, authority, token } = args;
		const { subject, path } = subjectOf(args);
		if (host && !path)
			throw new SpecError("Kubeconfig", [{ path: "path", message: "expected an absolute path on the host, got none" }]);
		return {
			...(host ? { host, path } : {}),
			...(token ? { token } : {}),
			subject,
			authority: keptAuthority(authority),
		};
	},

	diff(state, inputs) {
		if (state.path !== inputs.path) return { replaces: ["path"] };
		if (
			state.status !== "valid" ||
			(!inputs.token && renewalIsDue(state.notAfter, inputs.subject.certificate.validity, new Date()))
		)
			return { changes: true };
		return {};
	},

	async create(inputs) {
		const id = newId(inputs.path ?? inputs.subject.user);
		return { id, outputs: await issue(id, inputs) };
	},

	async read(_id, state) {
		if (!state.host) return state;
		const found = await fileOn(await reach(state.host), state.path!);
		if (!found) return undefined;
		const { notAfter, status } = appraise(found.content.toString(), state);
		const misplaced = found.mode === MODE ? [] : [`its mode: expected ${MODE}, got ${found.mode}`];
		const problems = [...(status === "valid" ? [] : [status]), ...misplaced];
		return { ...state, notAfter, digests: { [state.path!]: found.digest }, status: problems.join("; ") || "valid" };
	},

	async update(id, state, inputs) {
		return issue(id, inputs, state);
	},

	async delete(id, state) {
		if (state.host) await displace({ host: await reach(state.host), owner: id, paths: [state.path!] });
	},
};

function subjectOf({ name, node, user, cluster, path }: KubeconfigArgs): Pick<KubeconfigInputs, "subject" | "path"> {
	if (isUnknown(name)) return { subject: UNKNOWN as never, path: UNKNOWN };
	if (name && node)
		return renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => {
			const { path: own, clusterName, server, user, certificate } = kubeconfigRequest(name, resolved, resolvedNode);
			return { path: own, subject: { clusterName, server, user, certificate } };
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
				algorithm: resolved.encryptionAlgorithm,
			},
		},
	}));
	return { subject, path };
}

/** Keeps what is there where it is valid for what is asked and lasts, else makes a new one. */
async function issue(
	id: string,
	inputs: KubeconfigInputs,
	state?: Partial<KubeconfigOutputs>,
): Promise<KubeconfigOutputs> {
	const host = inputs.host && (await reach(inputs.host));
	const found = host ? (await fileOn(host, inputs.path!))?.content.toString() : state?.kubeconfig;
	const kept = found !== undefined && stays(found, inputs);
	const text = kept ? found : await render(inputs);
	if (!host) return { ...appraise(text, inputs), digests: {}, placed: {}, kubeconfig: text };
	const file = { path: inputs.path!, content: text, mode: MODE, owner: "root", group: "root" };
	const { digests } = await place({ host, owner: id, files: [file], seen: state && (state.digests ?? {}) });
	return { ...appraise(text, inputs), digests, placed: kept ? (state?.placed ?? digests) : digests };
}

function stays(text: string, inputs: KubeconfigInputs): boolean {
	const { status, notAfter } = appraise(text, inputs);
	return (
		status === "valid" &&
		(inputs.token !== undefined || !renewalIsDue(notAfter, inputs.subject.certificate.validity, new Date()))
	);
}

async function render({ subject, authority, token }: KubeconfigInputs): Promise<string> {
	const { clusterName, server, user } = subject;
	if (token)
		return toYaml(
			renderKubeconfig({ clusterName, server, user, caCertificate: authority.certificate, credentials: { token } }),
		);
	const issued = await issueLeaf(
		subject.certificate,
		{ certificate: authority.certificate, key: recall(authority.fingerprint) },
		new Date(),
	);
	const credentials = { clientCertificate: issued.certificate, clientKey: keyPem(issued.key) };
	return toYaml(renderKubeconfig({ clusterName, server, user, caCertificate: authority.certificate, credentials }));
}

async function fileOn(host: Host, path: string): Promise<FileOnHost | undefined> {
	return (await host.read([path])).get(path);
}
