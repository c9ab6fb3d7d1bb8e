import type { RequestContext, ResponseContext } from "@kubernetes/client-node";
import type { Dispatcher } from "undici";
import type { KubernetesObject } from "../render/kubernetes-object";
import type { ServerAccess } from "./kubeconfig-file";
import { ApiError, serverMessage } from "./requests";

/** Limit of a request, in seconds. */
const REQUEST_TIMEOUT_SECONDS = 30;

/** How the API server tells this package's fields from those of other field managers. */
const FIELD_MANAGER = "pulumi-kubeadm";

/**
 * Requests to one API server, by Kubernetes' own client. Every method throws an `ApiError` for an answer that is no
 * success, and any other error where there is no answer. Objects keep every field, known to the client or not.
 */
export interface Client {
	/** Applies an object server-side, and takes fields over from other field managers; with `dryRun` nothing is changed. Returns the resulting object. */
	apply(object: KubernetesObject, options?: { dryRun?: boolean }): Promise<KubernetesObject>;
	/** Changes the given fields of an object by a merge patch (RFC 7386). Returns the whole object. */
	patch(object: KubernetesObject): Promise<KubernetesObject>;
	/** Sets the conditions of a CertificateSigningRequest, which only its subresource "approval" lets anybody do. Fails with status 409 where the object changed since `resourceVersion`. */
	approve(object: KubernetesObject): Promise<KubernetesObject>;
	/** Reads an object; throws an `ApiError` with status 404 where the object or its kind does not exist. */
	read(object: KubernetesObject): Promise<KubernetesObject>;
	/** Lists the objects of a kind in all namespaces; empty where there is none. */
	list(apiVersion: string, kind: string, fieldSelector?: string): Promise<KubernetesObject[]>;
	/** Deletes an object in the background: objects that depend on it are deleted later. */
	delete(object: KubernetesObject): Promise<void>;
	/** Requests the eviction of a pod, which disruption budgets can refuse (`ApiError` with status 429). */
	evict(pod: { name: string; namespace: string }): Promise<void>;
	/** GET of a path, without discovery. Returns the answer's text. */
	get(path: string): Promise<string>;
}

/** Makes a client whose requests go through `dispatcher` and end after 30 s. Connects to nothing yet. */
export async function clientFor({ server, user }: ServerAccess, dispatcher: Dispatcher): Promise<Client> {
	const { CoreV1Api, JsonObjectApi, DispatchedKubeConfig } = await loadLibrary();
	const { origin } = new URL(server);
	const config = new DispatchedKubeConfig(
		dispatcher.compose((dispatch) => (options, handler) => dispatch({ ...options, origin }, handler)),
	);
	// fetch refuses ports that browsers refuse, such as 6666: it sees none, and the dispatcher goes to the real one.
	const cluster = { name: "cluster", server: server.replace(/:\d+(?=\/|$)/, ""), skipTLSVerify: false };
	config.loadFromClusterAndUser(cluster, { name: "user", ...user });
	const objects = config.makeApiClient(JsonObjectApi);
	const core = config.makeApiClient(CoreV1Api);
	return {
		apply: (object, { dryRun } = {}) => answer(objects.apply(object, dryRun)),
		patch: (object) => answer(objects.merge(object)),
		approve: (object) => answer(objects.merge(object, "/approval")),
		read: (object) => answer(objects.read(object)),
		list: async (apiVersion, kind, fieldSelector) => {
			const listed = objects.list<KubernetesObject>(
				...([apiVersion, kind, undefined, undefined, undefined, undefined, fieldSelector] as const),
			);
			// The items of a list go without their kind.
			return (await answer(listed)).items.map((item) => ({ ...item, apiVersion, kind }));
		},
		delete: async (object) =>
			void (await answer(objects.delete(object, undefined, undefined, undefined, undefined, "Background"))),
		evict: async ({ name, namespace }) => {
			const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
			await answer(core.createNamespacedPodEviction({ name, namespace, body }));
		},
		get: (path) => answer(objects.get(path)),
	};
}

/** What the library answers, or the error that `Client` promises. */
async function answer<T>(request: Promise<T>): Promise<T> {
	try {
		return await request;
	} catch (error) {
		const { ApiException } = await loadLibrary();
		const reason = error instanceof RequestFailed ? error.cause : error;
		if (reason instanceof ApiException)
			throw new ApiError(`${reason.code}: ${serverMessage(reason.body)}`, reason.code);
		// fetch says "fetch failed", and why in the cause.
		throw reason instanceof TypeError && reason.cause instanceof Error ? reason.cause : reason;
	}
}

/** Imports the client library, for callers that wait for something else meanwhile: the import takes about half a second. */
export async function preloadLibrary(): Promise<void> {
	await loadLibrary();
}

let library: ReturnType<typeof adapted> | undefined;

function loadLibrary(): ReturnType<typeof adapted> {
	library ??= adapted();
	return library;
}

async function adapted() {
	const imported = await import("@kubernetes/client-node");
	const { ApiException, CoreV1Api } = imported;
	return {
		ApiException,
		CoreV1Api,
		DispatchedKubeConfig: dispatchedKubeConfig(imported),
		JsonObjectApi: jsonObjectApi(imported),
	};
}

type Library = typeof import("@kubernetes/client-node");

type Action = "create" | "delete" | "patch" | "read" | "list" | "replace";

/** A kubeconfig whose requests go through a given dispatcher and end after 30 s. */
function dispatchedKubeConfig({ KubeConfig }: Library) {
	return class extends KubeConfig {
		readonly dispatcher: Dispatcher;

		constructor(dispatcher: Dispatcher) {
			super();
			this.dispatcher = dispatcher;
		}

		override async applySecurityAuthentication(context: RequestContext): Promise<void> {
			await super.applySecurityAuthentication(context);
			context.setDispatcher(this.dispatcher);
			// The library ignores a signal in its options.
			context.setSignal(AbortSignal.timeout(REQUEST_TIMEOUT_SECONDS * 1000));
		}
	};
}

/**
 * The library's client for objects of any kind, with JSON passed through in both directions. The library's typed models
 * drop fields that they do not know, and turn times into `Date`: drift would not show.
 */
function jsonObjectApi({ ApiException, HttpMethod, KubernetesObjectApi, PatchStrategy }: Library) {
	return class extends KubernetesObjectApi {
		apply(object: KubernetesObject, dryRun = false): Promise<KubernetesObject> {
			const query = { force: "true", ...(dryRun ? { dryRun: "All" } : {}) };
			return this.#patch(object, PatchStrategy.ServerSideApply, { query });
		}

		merge(object: KubernetesObject, subresource = ""): Promise<KubernetesObject> {
			return this.#patch(object, PatchStrategy.MergePatch, { subresource });
		}

		get(path: string): Promise<string> {
			return this.requestPromise(this.configuration.baseServer.makeRequestContext(path, HttpMethod.GET), "string");
		}

		async #patch(
			object: KubernetesObject,
			type: string,
			{ query = {}, subresource = "" }: { query?: Record<string, string>; subresource?: string },
		) {
			const path = (await this.specUriPath(object, "patch")) + subresource;
			const context = this.configuration.baseServer.makeRequestContext(path, HttpMethod.PATCH);
			context.setHeaderParam("Accept", "application/json");
			context.setHeaderParam("Content-Type", type);
			for (const [name, value] of Object.entries({ fieldManager: FIELD_MANAGER, ...query }))
				context.setQueryParam(name, value);
			context.setBody(JSON.stringify(object));
			return this.requestPromise<KubernetesObject>(context);
		}

		/** The library's path, without its faults: it writes into the given object, and puts names into lower case. */
		protected override async specUriPath({ apiVersion, kind, metadata }: KubernetesObject, action: Action) {
			if (!(await this.resource(apiVersion, kind)))
				throw new ApiException(404, "", `the API server knows no kind ${kind} in ${apiVersion}`, {});
			const path = await super.specUriPath({ apiVersion, kind, metadata: { ...metadata } }, action);
			return action === "list" ? path : path.replace(/[^/]*$/, encodeURIComponent(metadata.name));
		}

		protected override async requestPromise<T>(context: RequestContext, type?: string): Promise<T> {
			try {
				return (await super.requestPromise(context, type)) as T;
			} catch (cause) {
				throw new RequestFailed("no success", { cause });
			}
		}

		protected override async processResponse<T>(response: ResponseContext, type?: string): Promise<T> {
			if (response.httpStatusCode >= 300) return super.processResponse(response, type) as Promise<T>;
			const text = await response.body.text();
			return type === "string" ? (text as T) : JSON.parse(text);
		}
	};
}

/** Carries what failed as its cause: during discovery the library rewrites the message of what it catches. */
class RequestFailed extends Error {}
