import type { Kind } from "../../../provider/config/kubeadm/kinds";
import { meaninglessFields } from "../../../provider/config/kubeadm/meaningless";
import type { Meaningless } from "../../../provider/config/kubeadm/meaningless/meaningless";

/** Why a field of a configuration file has no meaning here: the field's own row of the table, else the nearest `*` above it. */
export function meaninglessField(kind: Kind, path: string): Meaningless | undefined {
	const rows = meaninglessFields[kind];
	const parents = path.split(".").map((_, index, names) => names.slice(0, names.length - 1 - index));
	return [path, ...parents.map((names) => [...names, "*"].join("."))].map((row) => rows[row]).find(Boolean);
}
