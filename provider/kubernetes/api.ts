import { defaultTimeouts, type NodeSpec } from "../config/node";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import { firstReached } from "../hosts/first-reached";
import type { HostReference } from "../hosts/reach";
import { status } from "../hosts/status";
import { WaitError } from "../hosts/wait";
import type { KubernetesObject } from "../render/kubernetes-object";
import { attempts, isTransient } from "./attempts";
import { type ApiConnection, BrokenKubeconfig, connectThrough, NoKubeconfig } from "./connection";
import { nameOf } from "./objects";
import { ApiError, answer, groupPath, isAbsent, orAbsent, pathOf, resourceOf } from "./requests";
import { Unread } from "./unread";

/** How the API server knows our fields from others'. */
const FIELD_MANAGER = "pulumi-kubeadm";

/** How long a refresh tries: an API server that starts anew is back by then, and one that is broken is the next step's to mend. */
const LOOK_SECONDS = 20;

/** The way to a cluster's API. */
export interface ApiReference {
	/** Asked in this order; the first that can be reached is taken. */
	controlPlanes: readonly HostReference[];
	/** How long a request is tried again while the API server is away or busy, as a duration. @default "1m0s" */
	kubernetesAPICall?: string;
}

/** How long a node's own requests are tried, where the program says it. */
export function callTimeout(node: NodeSpec | undefined): { kubernetesAPICall?: string } {
	if (isUnknown(node) || isUnknown(node?.timeouts)) return { kubernetesAPICall: UNKNOWN };
	const given = node?.timeouts?.kubernetesAPICall;
	return given ? { kubernetesAPICall: given } : {};
}

/** What reaching it takes beside that. */
interface ApiOptions {
	/** On a control plane; the first that exists is used. @default admin.conf */
	kubeconfigs?: readonly string[];
	/** In place of `kubernetesAPICall`. */
	patienceSeconds?: number;
}

/** The Kubernetes API as the resources use it. */
export interface Api {
	/** Server-side apply: our fields become as said, taking them over from whoever had them. Waits for a namespace or kind that is not there yet. */
	apply(object: KubernetesObject): Promise<KubernetesObject>;
	/** What `apply` would answer, and nothing is changed; `undefined` where the API server refuses to say. */
	dryRun(object: KubernetesObject): Promise<KubernetesObject | undefined>;
	/** The object as it is; `undefined` where there is none, or no such kind. */
	read(object: KubernetesObject): Promise<KubernetesObject | undefined>;
	/** All objects of a kind, in all namespaces. */
	list(apiVersion: string, kind: string, options?: { fieldSelector?: string }): Promise<KubernetesObject[]>;
	/** A merge patch (RFC 7386). */
	patch(object: KubernetesObject): Promise<KubernetesObject>;
	/** Gone already is success. */
	delete(object: KubernetesObject): Promise<void>;
	/** Any request: its status and text. */
	request(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<{ status: number; text: string }>;
}

/**
 * The API of a cluster, reached through the SSH connection of a control plane with the kubeconfig that lies there. A
 * request that finds the API server away or busy is made again, through the next control plane and with what lies there
 * then.
 */
export async function api(
	{ controlPlanes, kubernetesAPICall = defaultTimeouts.kubernetesAPICall }: ApiReference,
	{ kubeconfigs, patienceSeconds = durationSeconds(kubernetesAPICall) }: ApiOptions = {},
): Promise<Api> {
	const connectFrom = (place: number) => {
		const first = place % controlPlanes.length;
		return firstConnection([...controlPlanes.slice(first), ...controlPlanes.slice(0, first)], kubeconfigs);
	};
	return operations(attempts({ connectFrom, connection: await connectFrom(0), patienceSeconds }));
}

/** The same over a connection that there is. */
export function apiOver(connection: ApiConnection, patienceSeconds: number): Api {
	return operations(attempts({ connectFrom: async () => connection, connection, patienceSeconds }));
}

/**
 * A look into the API for a refresh. That a control plane's host is reached and its API cannot be asked may be the drift
 * that this refresh shows and the next `up` mends: a lost kubeconfig, certificate, role or manifest.
 * @throws Unread
 */
export async function look<T>(
	reference: ApiReference,
	ask: (server: Api) => Promise<T>,
	{ kubeconfigs, patienceSeconds = LOOK_SECONDS }: ApiOptions = {},
): Promise<T> {
	try {
		return await ask(await api(reference, { kubeconfigs, patienceSeconds }));
	} catch (error) {
		if (!cannotBeAsked(error)) throw error;
		throw new Unread((error as Error).message, { cause: error });
	}
}

function cannotBeAsked(error: unknown): boolean {
	if (error instanceof ApiError) return error.status === 401 || error.status === 403;
	return error instanceof NoKubeconfig || error instanceof BrokenKubeconfig || error instanceof WaitError;
}

/**
 * The API to remove something from; `undefined` where no control plane has a kubeconfig nor an API server's manifest any
 * more: then all in it is gone with it.
 */
export async function apiUnlessGone(reference: ApiReference, options?: ApiOptions): Promise<Api | undefined> {
	try {
		return await api(reference, options);
	} catch (error) {
		if (!(error instanceof NoKubeconfig) || error.serves) throw error;
		status(`${error.message.split(";")[0]}; the control plane is gone, and what was in its API with it`);
		return undefined;
	}
}

function firstConnection(
	controlPlanes: readonly HostReference[],
	kubeconfigs: readonly string[] | undefined,
): Promise<ApiConnection> {
	return firstReached(
		controlPlanes,
		(control) => connectThrough(control, kubeconfigs),
		(reason, failures) => {
			const text = `Kubernetes API: ${reason}`;
			if (failures.length > 0 && failures.every((failure) => failure instanceof NoKubeconfig))
				return new NoKubeconfig(text, { serves: failures.some(({ serves }) => serves) });
			return new Error(text, { cause: failures[0] });
		},
	);
}

function operations(attempt: ReturnType<typeof attempts>): Api {
	const patch =
		(object: KubernetesObject, type: string, query: Record<string, string>) => (connection: ApiConnection) =>
			pathOf(connection, object).then((path) =>
				answer(connection, { method: "PATCH", path, type, query, body: object }),
			);
	const apply = (object: KubernetesObject, query: Record<string, string> = {}) =>
		patch(object, "application/apply-patch+yaml", { fieldManager: FIELD_MANAGER, force: "true", ...query });
	return {
		apply: (object) => attempt({ what: `apply ${nameOf(object)}`, call: apply(object), comesLater: isAbsent }),
		dryRun: (object) =>
			attempt({
				what: `try ${nameOf(object)}`,
				call: (connection) => unlessRefused(apply(object, { dryRun: "All" })(connection)),
			}),
		read: (object) =>
			attempt({
				what: `read ${nameOf(object)}`,
				call: async (connection) =>
					orAbsent(async () => answer(connection, { method: "GET", path: await pathOf(connection, object) })),
			}),
		list: (apiVersion, kind, { fieldSelector } = {}) =>
			attempt({
				what: `list ${kind}`,
				call: async (connection) => {
					const { name } = await resourceOf(connection, { apiVersion, kind });
					const path = `${groupPath(apiVersion)}/${name}`;
					const query: Record<string, string> = fieldSelector ? { fieldSelector } : {};
					return (await answer<{ items: KubernetesObject[] }>(connection, { method: "GET", path, query })).items;
				},
			}),
		patch: (object) =>
			attempt({
				what: `patch ${nameOf(object)}`,
				call: patch(object, "application/merge-patch+json", { fieldManager: FIELD_MANAGER }),
			}),
		delete: (object) =>
			attempt({
				what: `delete ${nameOf(object)}`,
				call: async (connection) => {
					const query = { propagationPolicy: "Background" };
					await orAbsent(async () =>
						answer(connection, { method: "DELETE", path: await pathOf(connection, object), query }),
					);
				},
			}),
		request: (method, path, body) =>
			attempt({ what: `${method} ${path}`, call: (connection) => connection.request({ method, path, body }) }),
	};
}

/** A webhook without dry runs, a field that cannot be changed back: what is no answer is left to `apply` to say. */
async function unlessRefused<T>(answered: Promise<T>): Promise<T | undefined> {
	try {
		return await answered;
	} catch (error) {
		if (error instanceof ApiError && !isTransient(error)) return undefined;
		throw error;
	}
}
