import tls from "node:tls";
import { Agent, type buildConnector } from "undici";
import type { Host } from "../../hosts/host";
import { kubernetesFile } from "../../render/endpoints";
import type { KubernetesObject } from "../../render/kubernetes-object";
import { digestOf } from "../placement/records";
import { type HostReference, reach } from "../reach";
import { nameOf } from "./objects";

type Client = typeof import("@kubernetes/client-node");
type ObjectApi = import("@kubernetes/client-node").KubernetesObjectApi;

/** How the API server knows our fields from others'. */
const FIELD_MANAGER = "pulumi-kubeadm";

/** A request's limit in seconds. */
const REQUEST_TIMEOUT_SECONDS = 30;

/** The Kubernetes API as the resources use it. */
export interface Api {
	/** Server-side apply: our fields become as said, taking them over from whoever had them. */
	apply(object: KubernetesObject): Promise<KubernetesObject>;
	/** The object as it is; `undefined` where there is none. */
	read(object: KubernetesObject): Promise<KubernetesObject | undefined>;
	/** All objects of a kind; of one namespace, or of all. */
	list(
		apiVersion: string,
		kind: string,
		options?: { namespace?: string; fieldSelector?: string; labelSelector?: string },
	): Promise<KubernetesObject[]>;
	/** A merge patch (RFC 7386). */
	patch(object: KubernetesObject): Promise<KubernetesObject>;
	/** A POST to a subresource, such as a pod's `eviction`. */
	create(object: KubernetesObject): Promise<KubernetesObject>;
	/** Gone already is success. */
	delete(object: KubernetesObject): Promise<void>;
	/** Any request: its status and text. */
	request(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<{ status: number; text: string }>;
}

/** The API server said no. */
export class ApiError extends Error {
	readonly status: number;

	constructor(message: string, status: number, cause: unknown) {
		super(message, { cause });
		this.name = "ApiError";
		this.status = status;
	}
}

const apis = new Map<string, Promise<Api>>();

/**
 * The API of a cluster, reached through the SSH connection of a control plane with the kubeconfig that lies there.
 * @param controlPlanes asked in this order; the first that can be reached is taken
 */
export async function api(
	controlPlanes: readonly HostReference[],
	kubeconfigs: readonly string[] = [kubernetesFile("admin.conf")],
): Promise<Api> {
	const failures: Error[] = [];
	for (const reference of controlPlanes) {
		try {
			return await throughHost(await reach(reference), kubeconfigs);
		} catch (error) {
			failures.push(error as Error);
		}
	}
	if (failures.length === 1) throw failures[0];
	throw new Error(
		["Kubernetes API: no control plane can be reached", ...failures.map(({ message }) => message)].join("\n"),
		{ cause: failures[0] },
	);
}

async function throughHost(host: Host, kubeconfigs: readonly string[]): Promise<Api> {
	const found = await host.read(kubeconfigs);
	const path = kubeconfigs.find((candidate) => found.has(candidate));
	if (!path)
		throw new Error(
			`${host.name}: expected a kubeconfig at ${kubeconfigs.join(" or ")}, got none; run \`pulumi up --refresh\``,
		);
	const text = found.get(path)!.content.toString();
	const key = `${host.name} ${digestOf(text)}`;
	const known = apis.get(key);
	if (known) return known;
	const made = connect(host, text);
	apis.set(key, made);
	made.catch(() => apis.delete(key));
	return made;
}

async function connect(host: Host, kubeconfig: string): Promise<Api> {
	const client: Client = await import("@kubernetes/client-node");
	const config = new client.KubeConfig();
	config.loadFromString(kubeconfig);
	const cluster = config.getCurrentCluster();
	const user = config.getCurrentUser();
	if (!cluster || !user) throw new Error(`${host.name}: expected a kubeconfig with a current context, got one without`);
	const dispatcher = new Agent({
		connect: throughSsh(host, cluster, user),
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
	return operations({
		client,
		host,
		objects: new client.KubernetesObjectApi(configuration),
		dispatcher,
		server: cluster.server,
	});
}

/** A TLS connection to the API server inside a channel of the SSH connection: no port is opened anywhere. */
function throughSsh(
	host: Host,
	cluster: { caData?: string },
	user: { certData?: string; keyData?: string },
): buildConnector.connector {
	const pem = (data: string | undefined) => (data ? Buffer.from(data, "base64") : undefined);
	return (options, callback) => {
		const { hostname, port } = options;
		host
			.dial(hostname, Number(port || 443))
			.then((channel) => {
				const socket = tls.connect({
					socket: channel as never,
					servername: /^[\d.:[\]]+$/.test(hostname) ? "" : hostname,
					host: hostname,
					ca: pem(cluster.caData),
					cert: pem(user.certData),
					key: pem(user.keyData),
					ALPNProtocols: ["http/1.1"],
				});
				socket.once("secureConnect", () => callback(null, socket));
				socket.once("error", (error) => callback(error, null));
			})
			.catch((error: Error) => callback(error, null));
	};
}

function operations({
	client,
	host,
	objects,
	dispatcher,
	server,
}: {
	client: Client;
	host: Host;
	objects: ObjectApi;
	dispatcher: Agent;
	server: string;
}): Api {
	const attempt = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
		try {
			return await call();
		} catch (error) {
			throw failure(`Kubernetes API (through ${host.name}): ${what}`, error);
		}
	};
	return {
		apply: (object) =>
			attempt(
				`apply ${nameOf(object)}`,
				() =>
					objects.patch(
						object as never,
						undefined,
						undefined,
						FIELD_MANAGER,
						true,
						client.PatchStrategy.ServerSideApply,
					) as Promise<never>,
			),
		read: (object) =>
			attempt(`read ${nameOf(object)}`, () => orAbsent(objects.read(object as never) as Promise<never>)),
		list: (apiVersion, kind, { namespace, fieldSelector, labelSelector } = {}) =>
			attempt(
				`list ${kind}`,
				async () =>
					(
						await objects.list(
							apiVersion,
							kind,
							namespace,
							undefined,
							undefined,
							undefined,
							fieldSelector,
							labelSelector,
						)
					).items as never,
			),
		patch: (object) =>
			attempt(
				`patch ${nameOf(object)}`,
				() =>
					objects.patch(
						object as never,
						undefined,
						undefined,
						FIELD_MANAGER,
						undefined,
						client.PatchStrategy.MergePatch,
					) as Promise<never>,
			),
		create: (object) =>
			attempt(
				`create ${nameOf(object)}`,
				() => objects.create(object as never, undefined, undefined, FIELD_MANAGER) as Promise<never>,
			),
		delete: (object) =>
			attempt(
				`delete ${nameOf(object)}`,
				async () =>
					void (await orAbsent(
						objects.delete(object as never, undefined, undefined, undefined, undefined, "Background"),
					)),
			),
		request: (method, path, body) =>
			attempt(`${method} ${path}`, async () => {
				const response = await dispatcher.request({
					origin: server,
					path,
					method,
					headers: { "content-type": "application/json", accept: "application/json" },
					body: body === undefined ? null : JSON.stringify(body),
					signal: AbortSignal.timeout(REQUEST_TIMEOUT_SECONDS * 1000),
				});
				return { status: response.statusCode, text: await response.body.text() };
			}),
	};
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch (error) {
		if ((error as { code?: unknown }).code === 404) return undefined;
		throw error;
	}
}

/** The server's own words where it answered, else why it did not. */
function failure(subject: string, error: unknown): Error {
	const { code, body, message, cause } = error as {
		code?: unknown;
		body?: unknown;
		message?: string;
		cause?: { message?: string };
	};
	if (typeof code === "number") return new ApiError(`${subject}: ${code}: ${serverMessage(body)}`, code, error);
	return new Error(`${subject}: ${cause?.message ?? message ?? String(error)}`, { cause: error });
}

function serverMessage(body: unknown): string {
	if (typeof body === "object" && body !== null && "message" in body) return String(body.message);
	return String(body).slice(0, 500);
}
