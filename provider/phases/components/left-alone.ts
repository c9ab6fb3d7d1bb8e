import { isDeepStrictEqual } from "node:util";
import { project } from "../../kubernetes/objects";
import { type HandField, isFieldOf, valueIn, withValue } from "../../render/addons/left-alone";
import type { KubernetesObject } from "../../render/kubernetes-object";

/**
 * Returns an object to apply, in which each of some fields has the value of the live object where a person changed that
 * value: where it differs from the one that this program applied last.
 * @param applied the object as it was applied last. Absent for an object that this resource has not applied yet: the
 * wanted value counts
 */
export function withChangesByHand(
	wanted: KubernetesObject,
	{
		fields,
		live,
		applied = wanted,
	}: { fields: readonly HandField[]; live: KubernetesObject | undefined; applied?: KubernetesObject | undefined },
): KubernetesObject {
	return changedByHand(fields, { live, wanted: applied }).reduce(
		(object, field) => withValue(object, field, valueIn(live, field)),
		wanted,
	);
}

/** Returns those of some fields of an object whose live value is another than the wanted one. Empty where the object does not exist. */
export function changedByHand(
	fields: readonly HandField[],
	{ live, wanted }: { live: KubernetesObject | undefined; wanted: KubernetesObject },
): HandField[] {
	if (!live) return [];
	return fields.filter((field) => {
		const value = valueIn(wanted, field);
		return isFieldOf(field, wanted) && !isDeepStrictEqual(project(valueIn(live, field), value, value), value);
	});
}
