import { defaultTimeouts, type NodeSpec } from "../config/node";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import { firstReached } from "../hosts/first-reached";
import { isDestroy } from "../hosts/placement/program";
import type { HostReference } from "../hosts/reach";
import { status } from "../hosts/status";
import { WaitError } from "../hosts/wait";
import type { KubernetesObject } from "../render/kubernetes-object";
import { attempts, isTransient } from "./attempts";
import { type ApiConnection, BrokenKubeconfig, connectThrough, NoKubeconfig } from "./connection";
import { nameOf } from "./objects";
import { ApiError, isAbsent, orAbsent } from "./requests";
import { Unread } from "./unread";

/**
 * How long a refresh asks an API server that does not answer. A server that restarts is back by then; a broken one is
 * repaired by the `up` that follows.
 */
const REFRESH_SECONDS = 20;

/** Control planes through which the API of a cluster is reached, and the time limit of a request. */
export interface ApiReference {
	/** Hosts of the control planes, in the order in which they are tried; the first that can be reached is used. */
	controlPlanes: readonly HostReference[];
	/** Duration during which a request is repeated while the API server is away or busy. @default "1m0s" */
	kubernetesAPICall?: string;
}

/** Selects a node's `timeouts.kubernetesAPICall`; an empty object where the program gives none; unknown where the node is unknown. */
export function callTimeout(node: NodeSpec | undefined): { kubernetesAPICall?: string } {
	if (isUnknown(node) || isUnknown(node?.timeouts)) return { kubernetesAPICall: UNKNOWN };
	const timeoutText = node?.timeouts?.kubernetesAPICall;
	return timeoutText ? { kubernetesAPICall: timeoutText } : {};
}

interface ApiOptions {
	/** Paths on a control plane; the first that exists is used. @default admin.conf */
	kubeconfigs?: readonly string[];
	/** Seconds during which a request is repeated. @default that of `kubernetesAPICall` */
	patienceSeconds?: number;
}

/**
 * The Kubernetes API as the resources use it. Every request is repeated while the API server is away or busy. Methods throw an
 * `ApiError` where the API server refuses, a `WaitError` where it stays away or busy until the limit, and another Error where
 * the host fails.
 */
export interface Api {
	/** Applies an object server-side, and takes fields over from other field managers. Waits for a namespace or kind that does not exist yet. Returns the object in the cluster. */
	apply(object: KubernetesObject): Promise<KubernetesObject>;
	/** Returns the object that `apply` would return, and changes nothing; `undefined` where the API server refuses the object or the dry run. */
	dryRun(object: KubernetesObject): Promise<KubernetesObject | undefined>;
	/** Reads the object in the cluster; `undefined` where the object or its kind does not exist. */
	read(object: KubernetesObject): Promise<KubernetesObject | undefined>;
	/** Lists all objects of a kind, in all namespaces; empty where there is none. */
	list(apiVersion: string, kind: string, options?: { fieldSelector?: string }): Promise<KubernetesObject[]>;
	/** Changes the given fields of an object by a merge patch (RFC 7386). Returns the whole object. */
	patch(object: KubernetesObject): Promise<KubernetesObject>;
	/** Sets the conditions of a CertificateSigningRequest. */
	approve(object: KubernetesObject): Promise<KubernetesObject>;
	/** Deletes an object; success where it does not exist. Objects that depend on it are deleted later. */
	delete(object: KubernetesObject): Promise<void>;
	/** Requests the eviction of a pod. Returns the refusal, for example of a disruption budget (status 429); `undefined` where the pod is evicted or does not exist. */
	evict(pod: { name: string; namespace: string }): Promise<ApiError | undefined>;
}

/**
 * Connects to the API of a cluster, through the SSH connection of a control plane and with a kubeconfig of that host. Repeats
 * a request that finds the API server away or busy through the next control plane, and reads the kubeconfig anew.
 * @throws NoKubeconfig where no control plane has a kubeconfig; BrokenKubeconfig where a single control plane's is unusable
 * @throws Error where no control plane can be reached; HostError where there is a single one
 */
export async function api(
	{ controlPlanes, kubernetesAPICall = defaultTimeouts.kubernetesAPICall }: ApiReference,
	{ kubeconfigs, patienceSeconds = durationSeconds(kubernetesAPICall) }: ApiOptions = {},
): Promise<Api> {
	const connectFrom = (index: number) => {
		const first = index % controlPlanes.length;
		return firstConnection([...controlPlanes.slice(first), ...controlPlanes.slice(0, first)], kubeconfigs);
	};
	const others = controlPlanes.length > 1 ? { answerSeconds: ANSWER_SECONDS } : {};
	return operations(attempts({ connectFrom, connection: await connectFrom(0), patienceSeconds, ...others }));
}

/** Makes an `Api` over one existing connection. @param patienceSeconds how long a request is repeated */
export function apiOver(connection: ApiConnection, patienceSeconds: number): Api {
	return operations(attempts({ connectFrom: async () => connection, connection, patienceSeconds }));
}

/**
 * Reads from the API for a refresh. Where the host answers and its API does not, the refresh must not fail: the cause may be
 * drift that the next `up` repairs, such as a lost kubeconfig, certificate, role or manifest.
 * @returns the result of `read`
 * @throws Unread where there is no usable kubeconfig, the API refuses the user, or a request has no success within 20 s
 * @throws errors of the host, and other errors of `read`, as they are
 */
export async function readFromApi<T>(
	reference: ApiReference,
	read: (server: Api) => Promise<T>,
	{ kubeconfigs, patienceSeconds = REFRESH_SECONDS }: ApiOptions = {},
): Promise<T> {
	try {
		return await read(await api(reference, { kubeconfigs, patienceSeconds }));
	} catch (error) {
		if (!cannotBeAsked(error)) throw error;
		throw new Unread((error as Error).message, { cause: error });
	}
}

function cannotBeAsked(error: unknown): boolean {
	if (error instanceof ApiError) return error.status === 401 || error.status === 403;
	return error instanceof NoKubeconfig || error instanceof BrokenKubeconfig || error instanceof WaitError;
}

/** Seconds after which another control plane is asked: an API server whose etcd is broken takes requests and does not answer. */
const ANSWER_SECONDS = 8;

/** How long a destroy asks an API server that does not answer: its objects go with it. */
const DESTROY_SECONDS = 20;

/** Clusters whose API did not answer a destroy, by the addresses of their control planes. They are not asked again. */
const silent = new Set<string>();

/**
 * Deletes objects from a cluster's API. Success, with a status line, where no control plane has a kubeconfig and an API
 * server's manifest, and where a `pulumi destroy` finds an API that cannot be asked within 20 s: the objects go with their
 * API server.
 * @param work deletes the objects; not called where the control plane is gone
 * @throws errors of the connection and of `work` in all other cases
 */
export async function deleteFromApi(
	reference: ApiReference,
	work: (server: Api) => Promise<void>,
	options: ApiOptions = {},
): Promise<void> {
	const key = reference.controlPlanes.map(({ connection }) => connection.host).join();
	if (isDestroy() && silent.has(key)) return;
	const patience = isDestroy() ? { patienceSeconds: DESTROY_SECONDS } : {};
	try {
		const server = await apiUnlessGone(reference, { ...options, ...patience });
		if (server) await work(server);
	} catch (error) {
		if (!isDestroy() || !(cannotBeAsked(error) || error instanceof WaitError)) throw error;
		silent.add(key);
		status(
			`the Kubernetes API does not answer: its objects go with the cluster: ${(error as Error).message.split("\n")[0]}`,
		);
	}
}

/**
 * The API of a cluster from which something is deleted; `undefined` where no control plane has a kubeconfig or an API
 * server's manifest: the control plane is gone, and all objects with it.
 */
async function apiUnlessGone(reference: ApiReference, options?: ApiOptions): Promise<Api | undefined> {
	try {
		return await api(reference, options);
	} catch (error) {
		if (!(error instanceof NoKubeconfig) || error.serves) throw error;
		status(`${error.message.split(";")[0]}; the control plane is gone, and all objects of its API with it`);
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
	return {
		apply: (object) =>
			attempt({
				what: `apply ${nameOf(object)}`,
				call: (client) => client.apply(object),
				comesLater: isAbsent,
			}),
		dryRun: (object) =>
			attempt({
				what: `try ${nameOf(object)}`,
				call: (client) => unlessRefused(client.apply(object, { dryRun: true })),
			}),
		read: (object) =>
			attempt({ what: `read ${nameOf(object)}`, call: (client) => orAbsent(() => client.read(object)) }),
		list: (apiVersion, kind, { fieldSelector } = {}) =>
			attempt({ what: `list ${kind}`, call: (client) => client.list(apiVersion, kind, fieldSelector) }),
		patch: (object) => attempt({ what: `patch ${nameOf(object)}`, call: (client) => client.patch(object) }),
		approve: (object) => attempt({ what: `approve ${nameOf(object)}`, call: (client) => client.approve(object) }),
		delete: (object) =>
			attempt({
				what: `delete ${nameOf(object)}`,
				call: async (client) => void (await orAbsent(() => client.delete(object))),
			}),
		evict: (pod) =>
			attempt({ what: `evict ${pod.namespace}/${pod.name}`, call: (client) => refusalOf(client.evict(pod)) }),
	};
}

/** Returns `undefined` for a refusal: a webhook without dry runs, or a field that cannot change. `apply` then says why. */
async function unlessRefused<T>(answered: Promise<T>): Promise<T | undefined> {
	try {
		return await answered;
	} catch (error) {
		if (error instanceof ApiError && !isTransient(error)) return undefined;
		throw error;
	}
}

async function refusalOf(answered: Promise<void>): Promise<ApiError | undefined> {
	try {
		await answered;
		return undefined;
	} catch (error) {
		if (error instanceof ApiError) return isAbsent(error) ? undefined : error;
		throw error;
	}
}
