import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../render/kubernetes-object";

/** What names an object: `v1 ConfigMap kube-system/kubeadm-config`. */
export function nameOf({ apiVersion, kind, metadata }: KubernetesObject): string {
	return `${apiVersion} ${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/** Which object it is: the same one can be asked for in several versions of its group. */
export function identityOf(object: KubernetesObject): string {
	return nameOf({ ...object, apiVersion: object.apiVersion.replace(/[^/]+$/, "") });
}

/**
 * The part of a living object that a wanted one speaks of, so that the two can be compared and shown side by side: as
 * wanted wherever it is what applying makes of that, else as it is. What the API server or others added is left out;
 * what they changed or removed shows. A list is compared by place, and as a whole where its length differs.
 * @param applied what the API server makes of the wanted one, in its own words: `1` for `1000m`, nothing for an empty list
 */
export function project(living: unknown, wanted: unknown, applied: unknown): unknown {
	if (isDeepStrictEqual(living, applied)) return wanted;
	if (Array.isArray(wanted)) {
		const [here, there] = [living, applied].map((list) => (Array.isArray(list) ? list : []));
		if (here!.length !== wanted.length || there!.length !== wanted.length) return living;
		return wanted.map((item, index) => project(here![index], item, there![index]));
	}
	if (!isObject(wanted) || !isObject(living)) return living;
	const fields = isObject(applied) ? applied : {};
	return Object.fromEntries(
		Object.entries(wanted).flatMap(([key, item]) => {
			const value = project(living[key], item, fields[key]);
			return value === undefined ? [] : [[key, value]];
		}),
	);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
