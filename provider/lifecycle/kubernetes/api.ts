import { HostError } from "../../hosts/host-error";
import { WaitError, waitFor } from "../../hosts/wait";
import type { KubernetesObject } from "../../render/kubernetes-object";
import { durationSeconds } from "../../spec/duration";
import { defaultTimeouts } from "../../spec/node";
import { Unread } from "../lifecycle";
import type { HostReference } from "../reach";
import { status } from "../status";
import { type ApiConnection, BrokenKubeconfig, connectThrough, NoKubeconfig } from "./connection";
import { nameOf } from "./objects";
import { ApiError, answer, groupPath, isAbsent, orAbsent, pathOf, resourceOf } from "./requests";

/** How the API server knows our fields from others'. */
const FIELD_MANAGER = "pulumi-kubeadm";

/** How long a request is tried again while the API server is away or busy. */
const PATIENCE_SECONDS = durationSeconds(defaultTimeouts.kubernetesAPICall);

/** How long a refresh tries: an API server that starts anew is back by then, and one that is broken is the next step's to mend. */
const LOOK_SECONDS = 20;

/** The Kubernetes API as the resources use it. */
export interface Api {
	/** Server-side apply: our fields become as said, taking them over from whoever had them. Waits for a namespace or kind that is not there yet. */
	apply(object: KubernetesObject): Promise<KubernetesObject>;
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
 * request that finds the API server away or busy is made again, through the next control plane, for up to a minute.
 * @param controlPlanes asked in this order; the first that can be reached is taken
 * @param patienceSeconds how long one is made again
 */
export async function api(
	controlPlanes: readonly HostReference[],
	kubeconfigs?: readonly string[],
	patienceSeconds = PATIENCE_SECONDS,
): Promise<Api> {
	await firstConnection(controlPlanes, kubeconfigs);
	return operations(controlPlanes, kubeconfigs, patienceSeconds);
}

/**
 * A look into the API for a refresh. That a control plane's host is reached and its API cannot be asked may be the drift
 * that this refresh shows and the next `up` mends: a lost kubeconfig, certificate, role or manifest.
 * @throws Unread
 */
export async function look<T>(
	controlPlanes: readonly HostReference[],
	ask: (server: Api) => Promise<T>,
	kubeconfigs?: readonly string[],
): Promise<T> {
	try {
		return await ask(await api(controlPlanes, kubeconfigs, LOOK_SECONDS));
	} catch (error) {
		if (!cannotBeAsked(error)) throw error;
		throw new Unread((error as Error).message, { cause: error });
	}
}

function cannotBeAsked(error: unknown): boolean {
	if (error instanceof ApiError) return error.status === 401 || error.status === 403;
	return error instanceof NoKubeconfig || error instanceof BrokenKubeconfig || error instanceof WaitError;
}

/** The API to remove something from; `undefined` where no control plane has a kubeconfig any more: then all in it is gone with it. */
export async function apiUnlessGone(
	controlPlanes: readonly HostReference[],
	kubeconfigs?: readonly string[],
): Promise<Api | undefined> {
	try {
		return await api(controlPlanes, kubeconfigs);
	} catch (error) {
		if (!(error instanceof NoKubeconfig)) throw error;
		status(`${error.message.split(";")[0]}; the control plane is gone, and what was in its API with it`);
		return undefined;
	}
}

async function firstConnection(
	controlPlanes: readonly HostReference[],
	kubeconfigs: readonly string[] | undefined,
): Promise<ApiConnection> {
	const failures: Error[] = [];
	for (const control of controlPlanes) {
		try {
			return await connectThrough(control, kubeconfigs);
		} catch (error) {
			failures.push(error as Error);
		}
	}
	if (failures.length === 1) throw failures[0];
	const text = ["Kubernetes API: no control plane can be reached", ...failures.map(({ message }) => message)].join(
		"\n",
	);
	throw failures.length > 0 && failures.every((failure) => failure instanceof NoKubeconfig)
		? new NoKubeconfig(text)
		: new Error(text, { cause: failures[0] });
}

function operations(
	controlPlanes: readonly HostReference[],
	kubeconfigs: readonly string[] | undefined,
	patienceSeconds: number,
): Api {
	const attempt = attempts(controlPlanes, kubeconfigs, patienceSeconds);
	const patch =
		(object: KubernetesObject, type: string, query: Record<string, string>) => (connection: ApiConnection) =>
			pathOf(connection, object).then((path) =>
				answer(connection, { method: "PATCH", path, type, query, body: object }),
			);
	return {
		apply: (object) =>
			attempt({
				what: `apply ${nameOf(object)}`,
				call: patch(object, "application/apply-patch+yaml", { fieldManager: FIELD_MANAGER, force: "true" }),
				comesLater: isAbsent,
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

/** One request, as often as it takes. */
interface Attempt<T> {
	what: string;
	call: (connection: ApiConnection) => Promise<T>;
	/** Whether an answer is no failure but too early. */
	comesLater?: (error: unknown) => boolean;
}

function attempts(
	controlPlanes: readonly HostReference[],
	kubeconfigs: readonly string[] | undefined,
	timeoutSeconds: number,
) {
	let first = 0;
	return async <T>({ what, call, comesLater }: Attempt<T>): Promise<T> =>
		waitFor({
			subject: `Kubernetes API: ${what}`,
			timeoutSeconds,
			onStatus: status,
			observe: async () => {
				const inTurn = [...controlPlanes.slice(first), ...controlPlanes.slice(0, first)];
				const connection = await firstConnection(inTurn, kubeconfigs);
				try {
					return { done: true, value: await call(connection) };
				} catch (error) {
					if (!isTransient(error) && !comesLater?.(error) && !(await isStarting(connection, error)))
						throw failure(`Kubernetes API (through ${connection.through}): ${what}`, error as Error);
					first = (first + 1) % controlPlanes.length;
					return { done: false, saw: `${wordsOf(error as Error)} (through ${connection.through})` };
				}
			},
		});
}

/** Away (no answer at all), overloaded, or starting. What is wrong with the host itself stays so. */
function isTransient(error: unknown): boolean {
	if (error instanceof ApiError) return error.status === 429 || error.status >= 500;
	for (let cause = error; cause instanceof Error; cause = cause.cause)
		if (cause instanceof HostError)
			return cause.reason === "lost" || (cause.reason === "refused" && cause.layer === "network");
	return true;
}

/** One that has just started knows nobody's rights yet, and says no to everybody. */
async function isStarting(connection: ApiConnection, error: unknown): Promise<boolean> {
	if (!(error instanceof ApiError) || ![401, 403].includes(error.status)) return false;
	const ready = connection.request({ method: "GET", path: "/readyz" });
	return ready.then(
		({ status: code }) => code !== 200,
		() => true,
	);
}

function failure(subject: string, error: Error): Error {
	const message = `${subject}: ${wordsOf(error)}`;
	return error instanceof ApiError ? new ApiError(message, error.status, error) : new Error(message, { cause: error });
}

function wordsOf({ message, cause }: Error): string {
	return cause instanceof Error ? cause.message : message;
}
