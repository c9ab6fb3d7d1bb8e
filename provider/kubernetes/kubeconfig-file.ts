import { X509Certificate } from "node:crypto";
import { fromYaml } from "../go/yaml/write";
import type { Host } from "../hosts/host";
import type { TlsCredentials } from "../hosts/secure-stream";

interface ClusterEntry {
	server?: string;
	"certificate-authority"?: string;
	"certificate-authority-data"?: string;
	"insecure-skip-tls-verify"?: boolean;
	"tls-server-name"?: string;
}

interface UserEntry {
	"client-certificate"?: string;
	"client-certificate-data"?: string;
	"client-key"?: string;
	"client-key-data"?: string;
	token?: string;
	tokenFile?: string;
	username?: string;
	password?: string;
	exec?: {
		apiVersion?: string;
		command?: string;
		args?: string[] | null;
		env?: { name: string; value: string }[] | null;
	};
	"auth-provider"?: { name?: string };
}

/** A kubeconfig as its file has it, as far as it takes to connect. */
export interface KubeconfigFile {
	"current-context"?: string;
	contexts?: { name: string; context?: { cluster?: string; user?: string } }[] | null;
	clusters?: { name: string; cluster?: ClusterEntry }[] | null;
	users?: { name: string; user?: UserEntry }[] | null;
}

/** The way to an API server that a kubeconfig describes. */
export interface WayToServer {
	/** `https://host:port` */
	server: string;
	credentials: TlsCredentials;
	/** A header's value. Secret. */
	authorization?: string;
}

/** Reads a kubeconfig; `undefined` for what is no YAML object. */
export function parseKubeconfig(text: string): KubeconfigFile | undefined {
	try {
		const parsed: unknown = fromYaml(text);
		return typeof parsed === "object" && parsed !== null ? parsed : undefined;
	} catch {
		return undefined;
	}
}

/** The cluster and the user that it is for now. Source: `GetClusterFromKubeConfig`, kubeadm util/kubeconfig/kubeconfig.go. */
export function current(config: KubeconfigFile): { cluster?: ClusterEntry; user?: UserEntry } {
	// An empty list is written as null.
	const [clusters, contexts, users] = [config.clusters ?? [], config.contexts ?? [], config.users ?? []];
	const context = contexts.find(({ name }) => name === config["current-context"])?.context;
	const unnamed = clusters.find(({ name }) => name === "");
	const cluster = (unnamed ?? clusters.find(({ name }) => name === context?.cluster))?.cluster;
	const user = users.find(({ name }) => name === context?.user)?.user;
	return { ...(cluster ? { cluster } : {}), ...(user ? { user } : {}) };
}

/** The same kubeconfig with the content of the files of its host that it names. @throws with the names of those that are missing */
export async function embedded(host: Host, config: KubeconfigFile): Promise<KubeconfigFile> {
	const copy = structuredClone(config);
	const { cluster = {}, user = {} } = current(copy);
	const references = fileReferences.flatMap(({ of, name, data }) => {
		const entry = (of === "cluster" ? cluster : user) as Record<string, unknown>;
		return entry[name] && !entry[data] ? [{ entry, name, data, path: String(entry[name]) }] : [];
	});
	if (references.length === 0) return copy;
	const found = await host.read([...new Set(references.map(({ path }) => path))]);
	const missing = references.filter(({ path }) => !found.has(path));
	if (missing.length > 0)
		throw new Error(
			`${host.name}: kubeconfig: expected the files that it names, got none at ${missing.map(({ name, path }) => `${path} (${name})`).join(", ")}`,
		);
	for (const { entry, name, data, path } of references) {
		const { content } = found.get(path)!;
		entry[data] = data === "token" ? content.toString() : content.toString("base64");
		delete entry[name];
	}
	return copy;
}

/** Source: `EnsureAuthenticationInfoAreEmbedded`, `EnsureCertificateAuthorityIsEmbedded`. */
const fileReferences = [
	{ of: "cluster", name: "certificate-authority", data: "certificate-authority-data" },
	{ of: "user", name: "client-certificate", data: "client-certificate-data" },
	{ of: "user", name: "client-key", data: "client-key-data" },
	{ of: "user", name: "tokenFile", data: "token" },
] as const;

/** How to connect by a kubeconfig without references to files; `undefined` where it has no current cluster. */
export function wayOf(config: KubeconfigFile): WayToServer | undefined {
	const { cluster, user = {} } = current(config);
	if (!cluster?.server) return undefined;
	const credentials: TlsCredentials = {
		ca: bytes(cluster["certificate-authority-data"]),
		cert: bytes(user["client-certificate-data"]),
		key: bytes(user["client-key-data"]),
		...(cluster["insecure-skip-tls-verify"] ? { rejectUnauthorized: false } : {}),
		...(cluster["tls-server-name"] ? { servername: cluster["tls-server-name"] } : {}),
	};
	const authorization = authorizationOf(user);
	return { server: cluster.server, credentials, ...(authorization ? { authorization } : {}) };
}

function authorizationOf({ token, username, password }: UserEntry): string | undefined {
	if (token) return `Bearer ${token.trim()}`;
	if (username && password) return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
	return undefined;
}

/** Whether its user can show who it is. Source: `HasAuthenticationCredentials`. */
export function hasCredentials(config: KubeconfigFile): boolean {
	const { user = {} } = current(config);
	const certificate = user["client-certificate"] || user["client-certificate-data"];
	const key = user["client-key"] || user["client-key-data"];
	return Boolean(
		user.token ||
			user.tokenFile ||
			(user.username && user.password) ||
			(certificate && key) ||
			user.exec?.command ||
			user["auth-provider"]?.name,
	);
}

/** When its client certificate ended, where it has. */
export function expired(config: KubeconfigFile, now: Date): Date | undefined {
	const pem = bytes(current(config).user?.["client-certificate-data"]);
	if (!pem) return undefined;
	const end = new Date(new X509Certificate(pem).validTo);
	return end <= now ? end : undefined;
}

function bytes(data: string | undefined): Buffer | undefined {
	return data ? Buffer.from(data, "base64") : undefined;
}
