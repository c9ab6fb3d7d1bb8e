import type { KubernetesObject } from "../render/kubernetes-object";
import type { ApiConnection, ApiRequest } from "./connection";

/** The API server said no. */
export class ApiError extends Error {
	/** HTTP's. */
	readonly status: number;

	constructor(message: string, status: number, cause?: unknown) {
		super(message, { cause });
		this.name = "ApiError";
		this.status = status;
	}
}

/** How the API server names a kind in its paths. */
interface Resource {
	name: string;
	kind: string;
	namespaced: boolean;
}

/** Where an object is; one that has a namespace and does not say which is in "default". */
export async function pathOf(connection: ApiConnection, object: KubernetesObject): Promise<string> {
	const { name, namespaced } = await resourceOf(connection, object);
	const { namespace = "default", name: own } = object.metadata;
	const place = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
	return `${groupPath(object.apiVersion)}${place}/${name}/${encodeURIComponent(own)}`;
}

const known = new WeakMap<ApiConnection, Map<string, Resource>>();

/** How a kind is named; asked once for each connection. */
export async function resourceOf(
	connection: ApiConnection,
	{ apiVersion, kind }: Pick<KubernetesObject, "apiVersion" | "kind">,
): Promise<Resource> {
	const resources = known.get(connection) ?? new Map<string, Resource>();
	known.set(connection, resources);
	const key = `${apiVersion} ${kind}`;
	if (!resources.has(key)) {
		const listed = await answer<{ resources: Resource[] }>(connection, { method: "GET", path: groupPath(apiVersion) });
		const found = listed.resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
		if (!found) throw new ApiError(`404: the API server knows no kind ${kind} in ${apiVersion}`, 404);
		resources.set(key, found);
	}
	return resources.get(key)!;
}

/** Where a group's resources are. */
export function groupPath(apiVersion: string): string {
	return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Makes a request. @throws ApiError where the answer is no success */
export async function answer<T = KubernetesObject>(connection: ApiConnection, request: ApiRequest): Promise<T> {
	const { status: code, text } = await connection.request(request);
	if (code >= 300) throw new ApiError(`${code}: ${serverMessage(text)}`, code);
	return JSON.parse(text) as T;
}

/** No such object, namespace or kind. */
export function isAbsent(error: unknown): boolean {
	return error instanceof ApiError && error.status === 404;
}

/** `undefined` for what is not there. */
export async function orAbsent<T>(call: () => Promise<T>): Promise<T | undefined> {
	try {
		return await call();
	} catch (error) {
		if (isAbsent(error)) return undefined;
		throw error;
	}
}

/** The server's own words. What stands between may answer with a page of its own. */
export function serverMessage(text: string): string {
	try {
		return String(JSON.parse(text).message);
	} catch {
		return text.slice(0, 500);
	}
}
