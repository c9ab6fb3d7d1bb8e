import type { Host } from "../hosts/host";
import { type KubeconfigName, kubeconfigRequest, kubeconfig as renderKubeconfig } from "../render/kubeconfig";
import { fromYaml, toYaml } from "../render/yaml";
import type { ClusterSpec } from "../spec/cluster";
import type { NodeSpec } from "../spec/node";
import { SpecError } from "../spec/problems";
import type { AuthorityReference } from "./certificate";
import type { Lifecycle } from "./lifecycle";
import { inspect, mismatches } from "./pki/inspect";
import { issueLeaf, type Subject } from "./pki/issue";
import { keyPem } from "./pki/keys";
import { renewalIsDue } from "./pki/renewal";
import { type Digests, displace, newId, place } from "./placement/place";
import { digestOf } from "./placement/records";
import { type HostReference, reach } from "./reach";
import { renderCluster, renderNode } from "./rendering";
import { keep, recall } from "./vault";

/** Who a kubeconfig is for, and which API server it speaks to. */
export interface KubeconfigSubject {
	clusterName: string;
	/** `https://host:port` */
	server: string;
	user: string;
	certificate: Subject;
}

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
	/** "valid", or why the file on the host cannot stay. */
	status: string;
}

/** A kubeconfig with a client certificate of its own (or a token), on a host or for the program. */
export const kubeconfig: Lifecycle<KubeconfigArgs, KubeconfigInputs, KubeconfigOutputs> = {
	outputs: ["kubeconfig", "notAfter", "digests", "status"],

	check(args) {
		const { host, authority, token } = args;
		const { path, ...subject } = subjectOf(args);
		return {
			...(host ? { host, path } : {}),
			...(token ? { token } : {}),
			subject,
			authority: { certificate: authority.certificate, fingerprint: keep(authority.privateKey) },
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
		const text = await textOn(await reach(state.host), state.path!);
		return text === undefined ? undefined : { ...state, ...describe(text, state) };
	},

	async update(id, state, inputs) {
		return issue(id, inputs, state);
	},

	async delete(id, state) {
		if (state.host) await displace({ host: await reach(state.host), owner: id, paths: [state.path!] });
	},
};

function subjectOf({ name, node, user, cluster, path }: KubeconfigArgs): KubeconfigSubject & { path?: string } {
	if (name && node)
		return renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) =>
			kubeconfigRequest(name, resolved, resolvedNode),
		);
	if (!user)
		throw new SpecError("Kubeconfig", [
			{ path: "user", message: "expected `name` and `node` for one of kubeadm's own, or `user`, got neither" },
		]);
	return renderCluster(cluster, (resolved) => ({
		path,
		clusterName: resolved.clusterName,
		server: user.server,
		user: user.name,
		certificate: {
			name: user.name,
			ca: "ca",
			commonName: user.name,
			organizations: user.groups ?? [],
			usages: ["clientAuth"],
			sans: [],
			validity: user.validitySeconds ?? 365 * 24 * 3600,
			algorithm: resolved.encryptionAlgorithm,
		},
	}));
}

/** Keeps what is there where it is valid for what is asked and lasts, else makes a new one. */
async function issue(
	id: string,
	inputs: KubeconfigInputs,
	state?: Partial<KubeconfigOutputs>,
): Promise<KubeconfigOutputs> {
	const host = inputs.host && (await reach(inputs.host));
	const found = host ? await textOn(host, inputs.path!) : state?.kubeconfig;
	const described = found === undefined ? undefined : describe(found, inputs);
	const stays =
		described?.status === "valid" &&
		(inputs.token || !renewalIsDue(described.notAfter, inputs.subject.certificate.validity, new Date()));
	const text = stays ? found! : await render(inputs);
	if (!host) return { ...describe(text, inputs), digests: {}, kubeconfig: text };
	const file = { path: inputs.path!, content: text, mode: "0600", owner: "root", group: "root" };
	const { digests } = await place({ host, owner: id, files: [file], seen: state && (state.digests ?? {}) });
	return { ...describe(text, inputs), digests };
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

async function textOn(host: Host, path: string): Promise<string | undefined> {
	return (await host.read([path])).get(path)?.content.toString();
}

/** The parts of a kubeconfig that are compared. */
interface Parsed {
	clusters?: { name?: string; cluster?: { server?: string; "certificate-authority-data"?: string } }[];
	users?: {
		name?: string;
		user?: { "client-certificate-data"?: string; "client-key-data"?: string; token?: string };
	}[];
}

/** What a kubeconfig is worth: kubeadm keeps one that has the same CA and server. Source: `validateKubeConfig`, phases/kubeconfig. */
function describe(
	text: string,
	{
		subject,
		authority,
		token,
		path,
	}: Pick<KubeconfigInputs, "subject" | "token" | "path"> & { authority: { certificate: string } },
): Omit<KubeconfigOutputs, "kubeconfig"> {
	const digests = path ? { [path]: digestOf(text) } : {};
	const parsed = parse(text);
	const cluster = parsed?.clusters?.[0];
	const user = parsed?.users?.[0];
	const decode = (data: string | undefined) => Buffer.from(data ?? "", "base64").toString();
	const problems: string[] = [];
	if (!cluster || !user) problems.push("it is not a kubeconfig");
	if (cluster?.cluster?.server !== subject.server)
		problems.push(`its server: expected ${subject.server}, got ${cluster?.cluster?.server ?? "none"}`);
	if (decode(cluster?.cluster?.["certificate-authority-data"]).trim() !== authority.certificate.trim())
		problems.push("its CA is another one");
	if (token) {
		if (user?.user?.token !== token) problems.push("its token is another one");
		return { notAfter: "", digests, status: problems.join("; ") || "valid" };
	}
	const certificate = decode(user?.user?.["client-certificate-data"]);
	const pair = { certificate, key: decode(user?.user?.["client-key-data"]) };
	problems.push(...mismatches(pair, subject.certificate, authority.certificate, new Date()));
	const notAfter = /BEGIN CERTIFICATE/.test(certificate) ? inspect(certificate).notAfter : "";
	return { notAfter, digests, status: problems.join("; ") || "valid" };
}

function parse(text: string): Parsed | undefined {
	try {
		return fromYaml(text) as Parsed;
	} catch {
		return undefined;
	}
}
