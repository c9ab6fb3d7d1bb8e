import { Agent, type buildConnector } from "undici";
import type { Host } from "../../hosts/host";
import { secureStream, type TlsCredentials } from "../../hosts/secure-stream";
import { kubernetesFile } from "../../render/endpoints";
import { staticPodPath } from "../../render/static-pods/static-pods";
import { fromYaml } from "../../render/yaml";
import { digestOf } from "../placement/records";
import { type HostReference, reach } from "../reach";

/** A request's limit in seconds. */
const REQUEST_TIMEOUT_SECONDS = 30;

/** A control plane's API server, reached through the SSH connection of its host. */
export interface ApiConnection {
	/** Name of the host through which it is reached. */
	through: string;
	/** Throws only where there is no answer. */
	request(request: ApiRequest): Promise<{ status: number; text: string }>;
}

/** A request as the API server gets it. */
export interface ApiRequest {
	method: "GET" | "POST" | "PATCH" | "DELETE";
	path: string;
	query?: Record<string, string>;
	body?: unknown;
	/** Of the body. @default "application/json" */
	type?: string;
}

/** A control plane whose host has no kubeconfig (any more): there is no API to be asked through it. */
export class NoKubeconfig extends Error {
	/** Whether an API server's manifest is there, so that only the way to it is lost. */
	readonly serves: boolean;

	constructor(message: string, { serves }: { serves: boolean }) {
		super(message);
		this.serves = serves;
	}
}

/** A kubeconfig that someone broke. */
export class BrokenKubeconfig extends Error {}

const connections = new Map<string, Promise<ApiConnection>>();

/**
 * Connects through one control plane with the first of these kubeconfigs that lies on it; takes the connection that there is for it.
 * @throws NoKubeconfig, BrokenKubeconfig
 */
export async function connectThrough(
	control: HostReference,
	kubeconfigs: readonly string[] = [kubernetesFile("admin.conf")],
): Promise<ApiConnection> {
	const host = await reach(control);
	const found = await host.read(kubeconfigs);
	const path = kubeconfigs.find((candidate) => found.has(candidate));
	if (!path) {
		const manifest = staticPodPath("kube-apiserver");
		throw new NoKubeconfig(
			`${host.name}: expected a kubeconfig at ${kubeconfigs.join(" or ")}, got none; run \`pulumi up --refresh\``,
			{ serves: (await host.read([manifest])).has(manifest) },
		);
	}
	const text = found.get(path)!.content.toString();
	const key = `${host.name} ${digestOf(text)}`;
	const known = connections.get(key);
	if (known) return known;
	const made = connect(control, host.name, text);
	connections.set(key, made);
	made.catch(() => connections.delete(key));
	return made;
}

async function connect(control: HostReference, through: string, kubeconfig: string): Promise<ApiConnection> {
	const { server, credentials } = read(kubeconfig, through);
	const dispatcher = new Agent({ connect: throughSsh(() => reach(control), credentials) });
	return {
		through,
		async request({ method, path, query = {}, body, type = "application/json" }) {
			const response = await dispatcher.request({
				origin: server,
				path,
				query,
				method,
				headers: { "content-type": type, accept: "application/json" },
				body: body === undefined ? null : JSON.stringify(body),
				signal: AbortSignal.timeout(REQUEST_TIMEOUT_SECONDS * 1000),
			});
			return { status: response.statusCode, text: await response.body.text() };
		},
	};
}

/** The parts of a kubeconfig that it takes to connect. */
interface Kubeconfig {
	"current-context"?: string;
	contexts?: { name: string; context: { cluster: string; user: string } }[];
	clusters?: { name: string; cluster: { server: string; "certificate-authority-data"?: string } }[];
	users?: { name: string; user: { "client-certificate-data"?: string; "client-key-data"?: string } }[];
}

function read(kubeconfig: string, through: string): { server: string; credentials: TlsCredentials } {
	const { contexts, clusters, users, ...config } = parsed(kubeconfig);
	const context = contexts?.find(({ name }) => name === config["current-context"])?.context;
	const cluster = clusters?.find(({ name }) => name === context?.cluster)?.cluster;
	const user = users?.find(({ name }) => name === context?.user)?.user;
	if (!cluster || !user)
		throw new BrokenKubeconfig(
			`${through}: expected a kubeconfig with a current context, got one without; run \`pulumi up --refresh\``,
		);
	const credentials = {
		ca: pem(cluster["certificate-authority-data"]),
		cert: pem(user["client-certificate-data"]),
		key: pem(user["client-key-data"]),
	};
	return { server: cluster.server, credentials };
}

/** What is no YAML is nothing. */
function parsed(kubeconfig: string): Kubeconfig {
	try {
		return (fromYaml(kubeconfig) ?? {}) as Kubeconfig;
	} catch {
		return {};
	}
}

/** A TLS connection to the API server inside a channel of the SSH connection: no port is opened anywhere. */
function throughSsh(host: () => Promise<Host>, credentials: TlsCredentials): buildConnector.connector {
	return ({ hostname, port }, callback) => {
		const address = hostname.replace(/^\[(.*)\]$/, "$1");
		host()
			.then(async (reached) => secureStream(await reached.dial(address, Number(port || 443)), address, credentials))
			.then((socket) => callback(null, socket))
			.catch((error: Error) => callback(error, null));
	};
}

function pem(data: string | undefined): Buffer | undefined {
	return data ? Buffer.from(data, "base64") : undefined;
}
