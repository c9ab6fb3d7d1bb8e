/**
 * Field types of Go structs as data: how Kubernetes writes a field as JSON, and how a strategic merge treats the field. A
 * notation has these parts, in this order:
 *
 * - `*`: a pointer, so that zero and absent differ;
 * - the type: `string`, `bool`, `int` (32 bits), `int64`, `uint` (32 bits), `float` (64 bits), `float32`, `time`, `duration`,
 *   `quantity`, `intOrString`, `any` or the name of a struct; in `[]` a list and in `{}` a map of these;
 * - `?`: `omitempty`. A zero is left out; a struct that is no pointer is written all the same;
 * - `merge KEY`: a strategic merge goes through the list instead of replacing the list. Two elements with the same value of
 *   the field KEY are the same element; without KEY, elements are compared by themselves;
 * - `from 1.36`, `to 1.36`: the first and the last minor release that know the field. @default every release
 *
 * `Shape` (shape.ts) nests structs and uses a part of this notation; `GoTypes` names structs and uses all of it.
 */
export type Notation = string;

/** Structs by name, each with the notations of its fields. */
export type GoTypes = { readonly [type: string]: { readonly [field: string]: Notation } };

/** The parts of a field's notation. */
export interface GoField {
	type: string;
	pointer: boolean;
	omitEmpty: boolean;
	merges: boolean;
	/** Empty where a strategic merge compares elements by themselves, or does not merge the list. */
	mergeKey: string;
	from?: string;
	to?: string;
}

/**
 * Splits a field's notation into its parts.
 * @throws an error for a text that is no notation
 */
export function parseField(notation: Notation): GoField {
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
