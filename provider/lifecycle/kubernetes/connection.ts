import { Agent, type buildConnector } from "undici";
import type { Host } from "../../hosts/host";
import { secureStream, type TlsCredentials } from "../../hosts/secure-stream";
import { kubernetesFile } from "../../render/endpoints";
import { digestOf } from "../placement/records";
import { type HostReference, reach } from "../reach";

type Client = typeof import("@kubernetes/client-node");

/** A request's limit in seconds. */
export const REQUEST_TIMEOUT_SECONDS = 30;

/** A control plane's API server, reached through the SSH connection of its host. */
export interface ApiConnection {
	/** Name of the host through which it is reached. */
	through: string;
	client: Client;
	objects: import("@kubernetes/client-node").KubernetesObjectApi;
	/** Sends any other request. */
	dispatcher: Agent;
	/** `https://host:port` */
	server: string;
}

/** A control plane whose host has no kubeconfig (any more): there is no API to be asked through it. */
export class NoKubeconfig extends Error {}

const connections = new Map<string, Promise<ApiConnection>>();

/**
 * Connects through one control plane with the first of these kubeconfigs that lies on it; takes the connection that there is for it.
 * @throws NoKubeconfig
 */
export async function connectThrough(
	control: HostReference,
	kubeconfigs: readonly string[] = [kubernetesFile("admin.conf")],
): Promise<ApiConnection> {
	const host = await reach(control);
	const found = await host.read(kubeconfigs);
	const path = kubeconfigs.find((candidate) => found.has(candidate));
	if (!path)
		throw new NoKubeconfig(
			`${host.name}: expected a kubeconfig at ${kubeconfigs.join(" or ")}, got none; run \`pulumi up --refresh\``,
		);
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
	const client: Client = await import("@kubernetes/client-node");
	const config = new client.KubeConfig();
	config.loadFromString(kubeconfig);
	const cluster = config.getCurrentCluster();
	const user = config.getCurrentUser();
	if (!cluster || !user) throw new Error(`${through}: expected a kubeconfig with a current context, got one without`);
	const dispatcher = new Agent({
		connect: throughSsh(() => reach(control), {
			ca: pem(cluster.caData),
			cert: pem(user.certData),
			key: pem(user.keyData),
		}),
		bodyTimeout: REQUEST_TIMEOUT_SECONDS * 1000,
	});
	const configuration = client.createConfiguration({
		baseServer: new client.ServerConfiguration(cluster.server, {}),
		promiseMiddleware: [
			{
				pre: async (context) => {
					context.setDispatcher(dispatcher as never);
					context.setSignal(AbortSignal.timeout(REQUEST_TIMEOUT_SECONDS * 1000));
					return context;
				},
				post: async (context) => context,
			},
		],
	});
	return {
		through,
		client,
		dispatcher,
		server: cluster.server,
		objects: new client.KubernetesObjectApi(configuration),
	};
}

/** A TLS connection to the API server inside a channel of the SSH connection: no port is opened anywhere. */
function throughSsh(host: () => Promise<Host>, credentials: TlsCredentials): buildConnector.connector {
	return ({ hostname, port }, callback) => {
		host()
			.then(async (reached) => secureStream(await reached.dial(hostname, Number(port || 443)), hostname, credentials))
			.then((socket) => callback(null, socket))
			.catch((error: Error) => callback(error, null));
	};
}

function pem(data: string | undefined): Buffer | undefined {
	return data ? Buffer.from(data, "base64") : undefined;
}
