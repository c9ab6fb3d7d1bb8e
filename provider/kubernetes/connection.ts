import { Agent, type buildConnector } from "undici";
import { expected } from "../config/expected";
import { fromYaml } from "../go/yaml/write";
import type { Host } from "../hosts/host";
import { digestOf } from "../hosts/placement/records";
import { type HostReference, reach } from "../hosts/reach";
import { secureStream, type TlsCredentials } from "../hosts/secure-stream";
import { kubernetesFile } from "../render/endpoints";
import type { Pod } from "../render/static-pods/pod";
import { readinessOf } from "../render/static-pods/readiness";
import { staticPodPath } from "../render/static-pods/static-pods";
import { type Client, clientFor, preloadLibrary } from "./client";
import { current, embedded, parseKubeconfig, type ServerAccess, serverAccess } from "./kubeconfig-file";

/** An API server that is reached from a host, through the host's SSH connection. */
export interface ApiConnection {
	/** Name of the host in errors. */
	through: string;
	/** Makes requests to the API server. */
	client: Client;
}

/** Error of a control plane whose host has no kubeconfig. */
export class NoKubeconfig extends Error {
	/** Whether the host has the API server's manifest: then only the kubeconfig is lost. */
	readonly serves: boolean;

	constructor(message: string, { serves }: { serves: boolean }) {
		super(message);
		this.serves = serves;
	}
}

/** Error of a kubeconfig on a control plane that is no YAML, or has no current cluster and user. */
export class BrokenKubeconfig extends Error {}

const connections = new Map<string, ApiConnection>();

/**
 * Connects to the API server of a control plane, at the address in that server's manifest where there is one. Reuses a
 * connection while kubeconfig and address stay the same. Makes no request to the API server.
 * @param kubeconfigs paths on the control plane; the first that exists is used. @default admin.conf
 * @throws NoKubeconfig where no kubeconfig exists; BrokenKubeconfig where it is unusable
 * @throws ExpectationError where a file that the kubeconfig names is missing; HostError where the host is not reached
 */
export async function connectThrough(
	control: HostReference,
	kubeconfigs: readonly string[] = [kubernetesFile("admin.conf")],
): Promise<ApiConnection> {
	const [host] = await Promise.all([reach(control), preloadLibrary()]);
	const manifest = staticPodPath("kube-apiserver");
	const files = await host.read([...kubeconfigs, manifest]);
	const path = kubeconfigs.find((candidate) => files.has(candidate));
	if (!path) {
		throw new NoKubeconfig(
			expected({
				at: host.name,
				expected: `a kubeconfig at ${kubeconfigs.join(" or ")}`,
				got: "none",
				next: "run `pulumi up --refresh`",
			}),
			{ serves: files.has(manifest) },
		);
	}
	const access = await read(host, files.get(path)!.content.toString());
	const address = localServer(files.get(manifest)?.content.toString());
	const key = `${host.name} ${digestOf(JSON.stringify([access, address]))}`;
	const connection =
		connections.get(key) ?? (await connectBy({ host: () => reach(control), through: host.name, access, address }));
	connections.set(key, connection);
	return connection;
}

/** Where a server listens. */
interface ServerAddress {
	address: string;
	port: number;
}

/**
 * The address of a control plane's own API server, from its manifest. The endpoint in the kubeconfig may not answer yet:
 * the cluster itself often brings up what balances the load.
 *
 * Source: `PointKubeConfigToLocalAPIEndpoint`, kubeadm util/kubeconfig/kubeconfig.go, which init calls since 1.36.
 * @returns `undefined` for no manifest, or one that cannot be read
 */
function localServer(manifest: string | undefined): ServerAddress | undefined {
	try {
		return manifest === undefined ? undefined : readinessOf(fromYaml(manifest) as Pod);
	} catch {
		return undefined;
	}
}

/**
 * Makes a connection from a host to an API server. The first request opens it.
 * @param host reaches the host; called for each new connection
 * @param through name of the host in errors
 * @param access address of the API server and credentials, from a kubeconfig
 * @param address address and port to dial. @default the host and port of its URL
 */
export async function connectBy({
	host,
	through,
	access,
	address,
}: {
	host: () => Promise<Host>;
	through: string;
	access: ServerAccess;
	address?: ServerAddress;
}): Promise<ApiConnection> {
	const dispatcher = new Agent({ connect: throughSsh(host, access.credentials, address) });
	return { through, client: await clientFor(access, dispatcher) };
}

async function read(host: Host, kubeconfig: string): Promise<ServerAccess> {
	const config = parseKubeconfig(kubeconfig);
	const access = config && current(config).user && serverAccess(await embedded(host, config));
	if (!access)
		throw new BrokenKubeconfig(
			expected({
				at: host.name,
				expected: "a kubeconfig with a current context",
				got: "one without",
				next: "run `pulumi up --refresh`",
			}),
		);
	return access;
}

/**
 * Makes undici's connector that opens TLS inside channels of a host's SSH connection. No local port is opened.
 * @param host reaches the host; called for each connection
 * @param credentials CA to trust and client certificate; the server's certificate must be valid for the URL's host
 * @param at address and port to dial. @default the host and port of the URL
 */
export function throughSsh(
	host: () => Promise<Host>,
	credentials: TlsCredentials,
	at?: ServerAddress,
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
