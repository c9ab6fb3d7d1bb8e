import { X509Certificate } from "node:crypto";
import { ExpectationError } from "../config/expected";
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

/**
 * The fields of a kubeconfig file that a connection needs, named as in the file. Kubernetes' own client is not used to read
 * kubeconfigs: it opens files and runs programs on this machine, but a host's kubeconfig names those of the host.
 */
export interface KubeconfigFile {
	/** Name of the context that is used. */
	"current-context"?: string;
	/** Contexts: names of a cluster and a user. Go writes an empty list as null. */
	contexts?: { name: string; context?: { cluster?: string; user?: string } }[] | null;
	/** API servers and their CAs. */
	clusters?: { name: string; cluster?: ClusterEntry }[] | null;
	/** Credentials. Secret. */
	users?: { name: string; user?: UserEntry }[] | null;
}

/** Address of an API server, and the credentials for it, from a kubeconfig. */
export interface ServerAccess {
	/** URL of the API server without a slash at the end, for example `https://10.0.0.1:6443`. */
	server: string;
	/** CA to trust, and the user's client certificate and key. Absent fields are absent in the kubeconfig. Secret. */
	credentials: TlsCredentials;
	/** The user's token, or name and password; absent where the kubeconfig has neither. Secret. */
	user?: { token: string } | { username: string; password: string };
}

/** Parses a kubeconfig; `undefined` for a text that is no YAML object. Fields are not checked. */
export function parseKubeconfig(text: string): KubeconfigFile | undefined {
	try {
		const parsed: unknown = fromYaml(text);
		return typeof parsed === "object" && parsed !== null ? parsed : undefined;
	} catch {
		return undefined;
	}
}

/** Selects the cluster and the user of the current context, each absent where the kubeconfig has none. A cluster without a name has precedence. Source: `GetClusterFromKubeConfig`, kubeadm util/kubeconfig/kubeconfig.go. */
export function current(config: KubeconfigFile): { cluster?: ClusterEntry; user?: UserEntry } {
	// An empty list is written as null.
	const [clusters, contexts, users] = [config.clusters ?? [], config.contexts ?? [], config.users ?? []];
	const context = contexts.find(({ name }) => name === config["current-context"])?.context;
	const unnamed = clusters.find(({ name }) => name === "");
	const cluster = (unnamed ?? clusters.find(({ name }) => name === context?.cluster))?.cluster;
	const user = users.find(({ name }) => name === context?.user)?.user;
	return { ...(cluster ? { cluster } : {}), ...(user ? { user } : {}) };
}

/**
 * Copies a kubeconfig, and replaces in the copy the file names of the current cluster and user by the content of those files
 * on the host.
 * @throws ExpectationError that names each missing file
 */
export async function embedded(host: Host, config: KubeconfigFile): Promise<KubeconfigFile> {
	const copy = structuredClone(config);
	const { cluster = {}, user = {} } = current(copy);
	const references = fileReferences.flatMap(({ of, name, data }) => {
		const entry = (of === "cluster" ? cluster : user) as Record<string, unknown>;
		return entry[name] && !entry[data] ? [{ entry, name, data, path: String(entry[name]) }] : [];
	});
	if (references.length === 0) return copy;
	const files = await host.read([...new Set(references.map(({ path }) => path))]);
	const missing = references.filter(({ path }) => !files.has(path));
	if (missing.length > 0)
		throw new ExpectationError({
			at: `${host.name}: kubeconfig`,
			expected: "the files that it names",
			got: `none at ${missing.map(({ name, path }) => `${path} (${name})`).join(", ")}`,
		});
	for (const { entry, name, data, path } of references) {
		const { content } = files.get(path)!;
		entry[data] = data === "token" ? content.toString() : content.toString("base64");
		delete entry[name];
	}
	return copy;
}

/** Fields that name a file, and the field for its content. Source: `EnsureAuthenticationInfoAreEmbedded`, `EnsureCertificateAuthorityIsEmbedded`. */
const fileReferences = [
	{ of: "cluster", name: "certificate-authority", data: "certificate-authority-data" },
	{ of: "user", name: "client-certificate", data: "client-certificate-data" },
	{ of: "user", name: "client-key", data: "client-key-data" },
	{ of: "user", name: "tokenFile", data: "token" },
] as const;

/** Extracts the current server and credentials of a kubeconfig; `undefined` without a current cluster. Ignores file names, which `embedded` replaces by their content. */
export function serverAccess(config: KubeconfigFile): ServerAccess | undefined {
	const { cluster, user = {} } = current(config);
	if (!cluster?.server) return undefined;
	const credentials: TlsCredentials = {
		ca: bytes(cluster["certificate-authority-data"]),
		cert: bytes(user["client-certificate-data"]),
		key: bytes(user["client-key-data"]),
		...(cluster["insecure-skip-tls-verify"] ? { rejectUnauthorized: false } : {}),
		...(cluster["tls-server-name"] ? { servername: cluster["tls-server-name"] } : {}),
	};
	const identity = identityOf(user);
	return { server: cluster.server.replace(/\/$/, ""), credentials, ...(identity ? { user: identity } : {}) };
}

function identityOf({ token, username, password }: UserEntry): ServerAccess["user"] {
	if (token) return { token: token.trim() };
	return username && password ? { username, password } : undefined;
}

/** Whether the current user of a kubeconfig has credentials: token, password, client certificate with key, or a plugin, also as file names. Source: `HasAuthenticationCredentials`, kubeadm util/kubeconfig/kubeconfig.go. */
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

/** Returns the end of an expired client certificate in a kubeconfig; `undefined` where the certificate has not expired, or there is none. @throws Error where it is no certificate */
export function expired(config: KubeconfigFile, now: Date): Date | undefined {
	const pem = bytes(current(config).user?.["client-certificate-data"]);
	if (!pem) return undefined;
	const end = new Date(new X509Certificate(pem).validTo);
	return end <= now ? end : undefined;
}

function bytes(data: string | undefined): Buffer | undefined {
	return data ? Buffer.from(data, "base64") : undefined;
}
