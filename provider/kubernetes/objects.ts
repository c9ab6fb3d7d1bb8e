import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../render/kubernetes-object";

/** Formats an object's API version, kind, namespace and name: `v1 ConfigMap kube-system/kubeadm-config`. An object without a namespace has no slash before its name. */
export function nameOf({ apiVersion, kind, metadata }: KubernetesObject): string {
	return `${apiVersion} ${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/** Identifies an object independently of the version of its API group: `apps/ Deployment kube-system/coredns`. */
export function identityOf(object: KubernetesObject): string {
	return nameOf({ ...object, apiVersion: object.apiVersion.replace(/[^/]+$/, "") });
}

/**
 * Reduces a live object to the fields of the wanted object, so that both can be compared and shown side by side. A value
 * that equals the applied one is returned in the wanted notation, any other value as it is. Fields that the API server or
 * others added are left out. Lists are compared item by item, or as a whole where their lengths differ.
 * @param live the object in the cluster, or undefined, which is returned as it is
 * @param wanted the object that the program declares
 * @param applied the wanted object in the API server's notation, from a dry run: `1` for `1000m`, no field for an empty list
 */
export function project(live: unknown, wanted: unknown, applied: unknown): unknown {
	if (isDeepStrictEqual(live, applied)) return wanted;
	if (Array.isArray(wanted)) {
		const [liveItems, appliedItems] = [live, applied].map((list) => (Array.isArray(list) ? list : []));
		if (liveItems!.length !== wanted.length || appliedItems!.length !== wanted.length) return live;
		return wanted.map((item, index) => project(liveItems![index], item, appliedItems![index]));
	}
	if (!isObject(wanted) || !isObject(live)) return live;
	const fields = isObject(applied) ? applied : {};
	return Object.fromEntries(
		Object.entries(wanted).flatMap(([key, item]) => {
			const value = project(live[key], item, fields[key]);
			return value === undefined ? [] : [[key, value]];
		}),
	);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
