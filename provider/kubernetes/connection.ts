import { Agent, type buildConnector } from "undici";
import { fromYaml } from "../go/yaml/write";
import type { Host } from "../hosts/host";
import { digestOf } from "../hosts/placement/records";
import { type HostReference, reach } from "../hosts/reach";
import { secureStream, type TlsCredentials } from "../hosts/secure-stream";
import { kubernetesFile } from "../render/endpoints";
import type { Pod } from "../render/static-pods/pod";
import { readinessOf } from "../render/static-pods/readiness";
import { staticPodPath } from "../render/static-pods/static-pods";
import { current, embedded, parseKubeconfig, type WayToServer, wayOf } from "./kubeconfig-file";

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

const connections = new Map<string, ApiConnection>();

/**
 * Connects through one control plane with the first of these kubeconfigs that lies on it; takes the connection that there is for it.
 * @throws NoKubeconfig, BrokenKubeconfig
 */
export async function connectThrough(
	control: HostReference,
	kubeconfigs: readonly string[] = [kubernetesFile("admin.conf")],
): Promise<ApiConnection> {
	const host = await reach(control);
	const manifest = staticPodPath("kube-apiserver");
	const found = await host.read([...kubeconfigs, manifest]);
	const path = kubeconfigs.find((candidate) => found.has(candidate));
	if (!path) {
		throw new NoKubeconfig(
			`${host.name}: expected a kubeconfig at ${kubeconfigs.join(" or ")}, got none; run \`pulumi up --refresh\``,
			{ serves: found.has(manifest) },
		);
	}
	const way = await read(host, found.get(path)!.content.toString());
	const at = localServer(found.get(manifest)?.content.toString());
	const key = `${host.name} ${digestOf(JSON.stringify([way, at]))}`;
	const made = connections.get(key) ?? connectBy({ host: () => reach(control), through: host.name, way, at });
	connections.set(key, made);
	return made;
}

/** Where a server listens. */
interface Place {
	address: string;
	port: number;
}

/**
 * A control plane's own API server, by its manifest: the endpoint that the kubeconfig names may lead nowhere yet, as what
 * balances the load is often brought up by the cluster itself.
 *
 * Source: `PointKubeConfigToLocalAPIEndpoint`, kubeadm util/kubeconfig/kubeconfig.go, which init calls since 1.36.
 */
function localServer(manifest: string | undefined): Place | undefined {
	try {
		return manifest === undefined ? undefined : readinessOf(fromYaml(manifest) as Pod);
	} catch {
		// One that is broken tells nothing.
		return undefined;
	}
}

/**
 * A connection to an API server from a host, by what a kubeconfig says.
 * @param at where it listens, if not at its name
 */
export function connectBy({
	host,
	through,
	way: { server, credentials, authorization },
	at,
}: {
	host: () => Promise<Host>;
	through: string;
	way: WayToServer;
	at?: Place;
}): ApiConnection {
	const dispatcher = new Agent({ connect: throughSsh(host, credentials, at) });
	const known = authorization ? { authorization } : {};
	return {
		through,
		async request({ method, path, query = {}, body, type = "application/json" }) {
			const response = await dispatcher.request({
				origin: server,
				path,
				query,
				method,
				headers: { "content-type": type, accept: "application/json", ...known },
				body: body === undefined ? null : JSON.stringify(body),
				signal: AbortSignal.timeout(REQUEST_TIMEOUT_SECONDS * 1000),
			});
			return { status: response.statusCode, text: await response.body.text() };
		},
	};
}

async function read(host: Host, kubeconfig: string): Promise<WayToServer> {
	const config = parseKubeconfig(kubeconfig);
	const way = config && current(config).user && wayOf(await embedded(host, config));
	if (!way)
		throw new BrokenKubeconfig(
			`${host.name}: expected a kubeconfig with a current context, got one without; run \`pulumi up --refresh\``,
		);
	return way;
}

/** A TLS connection to the API server inside a channel of the SSH connection: no port is opened anywhere. */
export function throughSsh(
	host: () => Promise<Host>,
	credentials: TlsCredentials,
	at?: Place,
): buildConnector.connector {
	return ({ hostname, port }, callback) => {
		const address = hostname.replace(/^\[(.*)\]$/, "$1");
		host()
			.then(async (reached) => {
				const socket = await reached.dial(at?.address ?? address, at?.port ?? Number(port || 443));
				return secureStream(socket, address, credentials);
			})
			.then((socket) => callback(null, socket))
			.catch((error: Error) => callback(error, null));
	};
}
