import { HostError } from "../../hosts/host-error";
import { waitFor } from "../../hosts/wait";
import type { KubernetesObject } from "../../render/kubernetes-object";
import { durationSeconds } from "../../spec/duration";
import { defaultTimeouts } from "../../spec/node";
import type { HostReference } from "../reach";
import { status } from "../status";
import { type ApiConnection, connectThrough, NoKubeconfig, REQUEST_TIMEOUT_SECONDS } from "./connection";
import { nameOf } from "./objects";

/** How the API server knows our fields from others'. */
const FIELD_MANAGER = "pulumi-kubeadm";

/** How long a request is tried again while the API server is away or busy. */
const PATIENCE_SECONDS = durationSeconds(defaultTimeouts.kubernetesAPICall);

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

/** The API server said no. */
export class ApiError extends Error {
	/** HTTP's. */
	readonly status: number;

	constructor(message: string, status: number, cause: unknown) {
		super(message, { cause });
		this.name = "ApiError";
		this.status = status;
	}
}

/**
 * The API of a cluster, reached through the SSH connection of a control plane with the kubeconfig that lies there. A
 * request that finds the API server away or busy is made again, through the next control plane, for up to a minute.
 * @param controlPlanes asked in this order; the first that can be reached is taken
 */
export async function api(controlPlanes: readonly HostReference[], kubeconfigs?: readonly string[]): Promise<Api> {
	await firstConnection(controlPlanes, kubeconfigs);
	return operations(controlPlanes, kubeconfigs);
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

function operations(controlPlanes: readonly HostReference[], kubeconfigs: readonly string[] | undefined): Api {
	const attempt = attempts(controlPlanes, kubeconfigs);
	return {
		apply: (object) =>
			attempt({
				what: `apply ${nameOf(object)}`,
				call: ({ client, objects }) => {
					const strategy = client.PatchStrategy.ServerSideApply;
					return objects.patch(own(object), undefined, undefined, FIELD_MANAGER, true, strategy) as Promise<never>;
				},
				comesLater: (error) => codeOf(error) === 404 || isUnknownKind(error),
			}),
		read: (object) =>
			attempt({
				what: `read ${nameOf(object)}`,
				call: ({ objects }) => orAbsent(objects.read(own(object)) as Promise<never>),
			}),
		list: (apiVersion, kind, { fieldSelector } = {}) =>
			attempt({
				what: `list ${kind}`,
				call: async ({ objects }) => {
					const all = [undefined, undefined, undefined, undefined] as const;
					return (await objects.list(apiVersion, kind, ...all, fieldSelector)).items as never;
				},
			}),
		patch: (object) =>
			attempt({
				what: `patch ${nameOf(object)}`,
				call: ({ client, objects }) => {
					const strategy = client.PatchStrategy.MergePatch;
					return objects.patch(own(object), undefined, undefined, FIELD_MANAGER, undefined, strategy) as Promise<never>;
				},
			}),
		delete: (object) =>
			attempt({
				what: `delete ${nameOf(object)}`,
				call: async ({ objects }) => {
					await orAbsent(objects.delete(own(object), undefined, undefined, undefined, undefined, "Background"));
				},
			}),
		request: (method, path, body) =>
			attempt({
				what: `${method} ${path}`,
				call: async ({ dispatcher, server }) => {
					const response = await dispatcher.request({
						origin: server,
						path,
						method,
						headers: { "content-type": "application/json", accept: "application/json" },
						body: body === undefined ? null : JSON.stringify(body),
						signal: AbortSignal.timeout(REQUEST_TIMEOUT_SECONDS * 1000),
					});
					return { status: response.statusCode, text: await response.body.text() };
				},
			}),
	};
}

/** One request, as often as it takes. */
interface Attempt<T> {
	what: string;
	call: (connection: ApiConnection) => Promise<T>;
	/** Whether an answer is no failure but too early. */
	comesLater?: (error: unknown) => boolean;
}

function attempts(controlPlanes: readonly HostReference[], kubeconfigs: readonly string[] | undefined) {
	let first = 0;
	return async <T>({ what, call, comesLater }: Attempt<T>): Promise<T> =>
		waitFor({
			subject: `Kubernetes API: ${what}`,
			timeoutSeconds: PATIENCE_SECONDS,
			onStatus: status,
			observe: async () => {
				const inTurn = [...controlPlanes.slice(first), ...controlPlanes.slice(0, first)];
				const connection = await firstConnection(inTurn, kubeconfigs);
				try {
					return { done: true, value: await call(connection) };
				} catch (error) {
					const explained = failure(`Kubernetes API (through ${connection.through}): ${what}`, error);
					if (!isTransient(error) && !comesLater?.(error)) throw explained;
					first = (first + 1) % controlPlanes.length;
					return { done: false, saw: explained.message };
				}
			},
		});
}

/** The client writes a default namespace into what it is given. */
function own(object: KubernetesObject): never {
	return structuredClone(object) as never;
}

/** Away (no answer at all), overloaded, or starting. What is wrong with the host itself stays so. */
function isTransient(error: unknown): boolean {
	const code = codeOf(error);
	if (code !== undefined) return code === 429 || code >= 500;
	for (let cause = error; cause instanceof Error; cause = cause.cause)
		if (cause instanceof HostError) return cause.reason === "lost" || (cause.reason === "refused" && cause.layer === "network");
	return !isUnknownKind(error);
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (codeOf(error) === 404 || isUnknownKind(error)) return undefined;
		throw error;
	}
}

/** The client's own words for a kind that the API server does not list. */
function isUnknownKind(error: unknown): boolean {
	return error instanceof Error && error.message.startsWith("Unrecognized API version and kind");
}

function codeOf(error: unknown): number | undefined {
	const { code } = error as { code?: unknown };
	return typeof code === "number" ? code : undefined;
}

/** The server's own words where it answered, else why it did not. */
function failure(subject: string, error: unknown): Error {
	const { body, message, cause } = error as { body?: unknown; message?: string; cause?: { message?: string } };
	const code = codeOf(error);
	if (code !== undefined) return new ApiError(`${subject}: ${code}: ${serverMessage(body)}`, code, error);
	return new Error(`${subject}: ${cause?.message ?? message ?? String(error)}`, { cause: error });
}

function serverMessage(body: unknown): string {
	if (typeof body === "object" && body !== null && "message" in body) return String(body.message);
	return String(body).slice(0, 500);
}
