import type { Field } from "./shapes";
import { ordinary, structures, wrong } from "./values/by-type";
import { clusterValues } from "./values/cluster";
import { nodeValues } from "./values/node";

/** What is written to a field: values that have a meaning there, and values that may not have. */
export interface Values {
	valid: readonly unknown[];
	broken: readonly unknown[];
}

/** @param version kubeadm's: `v1.37.2` */
export function valuesOf(field: Field, version: string): Values {
	const base = field.scalar?.base;
	const special = [...clusterValues(version), ...nodeValues(version)].find(([pattern]) =>
		pattern.test(field.name),
	)?.[1];
	const valid = special?.valid ?? (base ? ordinary[base] : undefined);
	if (base && !valid) throw new Error(`${field.name}: expected values in test/parity/generate/values/, got none`);
	return { valid: valid ?? [], broken: [...(special?.broken ?? []), ...(base ? wrong[base] : structures)] };
}
