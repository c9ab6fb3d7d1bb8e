import type { KubernetesObject } from "../../render/kubernetes-object";

/** What names an object: `v1 ConfigMap kube-system/kubeadm-config`. */
export function nameOf({ apiVersion, kind, metadata }: KubernetesObject): string {
	return `${apiVersion} ${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/**
 * The part of a living object that a wanted one speaks of, so that the two can be compared and shown side by side. What
 * the API server or others added is left out; what they changed or removed shows. A list is compared by place, and as a
 * whole where its length differs.
 */
export function project(living: unknown, wanted: unknown): unknown {
	if (Array.isArray(wanted)) {
		if (!Array.isArray(living) || living.length !== wanted.length) return living;
		return wanted.map((item, index) => project(living[index], item));
	}
	if (typeof wanted === "object" && wanted !== null) {
		if (typeof living !== "object" || living === null) return isEmpty(wanted) && living === undefined ? wanted : living;
		return Object.fromEntries(
			Object.entries(wanted).flatMap(([key, item]) => {
				const value = project((living as Record<string, unknown>)[key], item);
				return value === undefined ? [] : [[key, value]];
			}),
		);
	}
	return sameText(living, wanted) ? wanted : living;
}

/** The API server drops empty fields, and writes a quantity its own way. */
function isEmpty(value: object): boolean {
	return Object.keys(value).length === 0;
}

function sameText(living: unknown, wanted: unknown): boolean {
	if (wanted === null) return living === undefined || living === null;
	return typeof living !== "object" && String(living) === String(wanted);
}
