/**
 * How Go types of the Kubernetes API are written as JSON, and how a strategic merge treats them, type by type, field by
 * field. A field's notation, in this order:
 *
 * - `string`, `bool`, `int32`, `int64`, `quantity`, `time`, `intOrString`, `any`, or the name of a type of the table; in
 *   `[]` a list and in `{}` a map of these;
 * - `*` before it: a pointer, so that zero and absent differ; `?` after it: zero is left out (a struct that is no pointer
 *   is always there);
 * - `merge KEY`: a strategic merge goes through the list, whose elements are told apart by KEY (by themselves where there
 *   is none), instead of replacing it;
 * - `from 1.36`, `to 1.36`: the first and the last minor release that know the field; without it, all do.
 */
export type GoTypes = { readonly [type: string]: { readonly [field: string]: string } };

/** A field's notation in parts. */
export interface GoField {
	type: string;
	pointer: boolean;
	omitEmpty: boolean;
	merges: boolean;
	/** Empty where elements are told apart by themselves, or not at all. */
	mergeKey: string;
	from?: string;
	to?: string;
}

export function parseField(notation: string): GoField {
	const match = /^(\*?)([^ ?]+)(\??)(?: (merge)(?: (?!from |to )(\w+))?)?(?: from (\S+))?(?: to (\S+))?$/.exec(
		notation,
	);
	if (!match) throw new Error(`notation of a field: expected one such as "[Volume]? merge name", got "${notation}"`);
	const [, pointer, type = "", omitEmpty, merges, mergeKey = "", from, to] = match;
	return {
		pointer: pointer === "*",
		type,
		omitEmpty: omitEmpty === "?",
		merges: merges !== undefined,
		mergeKey,
		from,
		to,
	};
}
