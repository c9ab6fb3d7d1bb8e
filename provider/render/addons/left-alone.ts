import { isDeepStrictEqual } from "node:util";
import { isUnknown } from "../../facts/unknown";
import type { KubernetesObject } from "../kubernetes-object";

/** A field of an object in the API that people change by hand. */
export interface HandField {
	/** Kind of the object. */
	kind: string;
	/** Name of the object in kube-system. */
	name: string;
	/** Path of the field in the object, with dots; a number is an index of a list. */
	path: string;
	/** What sets the field in a program: a field of the cluster, or a patch. */
	setBy: string;
}

/** Returns a field's value; undefined where the object, or a part of it on the way, is absent. */
export function valueIn(object: unknown, { path }: Pick<HandField, "path">): unknown {
	return path.split(".").reduce<any>((at, key) => at?.[key], object);
}

/** Copies an object with another value of a field, or without the field where the value is undefined. */
export function withValue<T extends object>(object: T, { path }: Pick<HandField, "path">, value: unknown): T {
	const copy = structuredClone(object);
	const keys = path.split(".");
	const holder = keys.slice(0, -1).reduce<any>((at, key) => at?.[key], copy);
	if (holder === undefined) return copy;
	if (value === undefined) delete holder[keys.at(-1)!];
	else holder[keys.at(-1)!] = value;
	return copy;
}

/** Whether a field belongs to an object. */
export function isFieldOf({ kind, name }: HandField, object: KubernetesObject): boolean {
	return object.kind === kind && object.metadata.name === name;
}

/**
 * Returns the fields that a program does not set: their values are kubeadm's own.
 * @param wanted the objects as the program has them
 * @param plain the objects as kubeadm makes them
 * @param given what the program sets, even where the value is kubeadm's own
 */
export function unsetFields(
	fields: readonly HandField[],
	{ wanted, plain, given }: { wanted: KubernetesObject[]; plain: KubernetesObject[]; given: readonly string[] },
): HandField[] {
	return fields.filter((field) => {
		const [is, was] = [wanted, plain].map((objects) => objects.find((object) => isFieldOf(field, object)));
		if (!is || isUnknown(is) || given.includes(field.setBy)) return false;
		return isDeepStrictEqual(valueIn(is, field), valueIn(was, field));
	});
}
