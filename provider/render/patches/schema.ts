import { type GoField, parseField } from "../../facts/types/notation";
import { type FieldShape, parseScalar, type Shape } from "../../facts/types/shape";
import { workloadTypes } from "../../facts/types/workloads";
import { minorNumber } from "../../facts/versions";
import { PatchFailure } from "./json";

/** Returns what a strategic merge has to know about a field of a type, by the name of the field. */
export type Schema = (field: string) => SchemaField;

/** Type of a field, as a strategic merge has to know it. */
export interface SchemaField {
	/** Whether the field is a list. */
	isList: boolean;
	/** Whether the elements of the list are merged. False: the patch replaces the list. */
	merges: boolean;
	/** Name of the field that tells the elements of a list of objects apart. Empty for any other field. */
	mergeKey: string;
	/** Type of the field's value; for a list, type of its elements. */
	schema: Schema;
}

/**
 * Returns the schema of a type in `workloadTypes`, with the fields of a minor release.
 *
 * Source: LookupPatchMetadataForStruct, k8s.io/apimachinery/third_party/forked/golang/json/fields.go.
 * @param release minor release, such as "1.37"
 */
export function workloadSchema(type: string, release: string): Schema {
	return (name) => {
		const fields = fieldsOf(type, release);
		// Go's JSON takes a name in other case for the same.
		const known =
			fields[name] ?? fields[Object.keys(fields).find((key) => key.toLowerCase() === name.toLowerCase()) ?? ""];
		if (!known) throw unknownField(name, type);
		const [, element] = /^\[(.*)\]$/.exec(known.type) ?? [];
		const { merges, mergeKey } = known;
		const inner = element ?? known.type;
		const schema = inner in workloadTypes ? workloadSchema(inner, release) : withoutFields(inner);
		return { isList: element !== undefined, merges, mergeKey, schema };
	};
}

/** Returns the fields of a type that a minor release such as "1.37" has, by name. */
export function fieldsOf(type: string, release: string): Record<string, GoField> {
	const key = `${type} ${release}`;
	const known = parsed.get(key);
	if (known) return known;
	const fields = Object.entries(workloadTypes[type] ?? {})
		.map(([name, notation]) => [name, parseField(notation)] as const)
		.filter(
			([, { from = release, to = release }]) =>
				minorNumber(from) <= minorNumber(release) && minorNumber(release) <= minorNumber(to),
		);
	const made = Object.fromEntries(fields);
	parsed.set(key, made);
	return made;
}

const parsed = new Map<string, Record<string, GoField>>();

/** Returns the schema of a component configuration. A patch replaces each of its lists. */
export function shapeSchema(shape: Shape, type: string): Schema {
	return (name) => {
		const field = shape[name];
		if (!field) throw unknownField(name, type);
		return { merges: false, mergeKey: "", ...ofField(field, `${type}.${name}`) };
	};
}

function ofField(field: FieldShape, type: string): Pick<SchemaField, "isList" | "schema"> {
	if (typeof field === "string") {
		const { base } = parseScalar(field);
		return { isList: base.startsWith("["), schema: withoutFields(base) };
	}
	if (!Array.isArray(field)) return { isList: false, schema: shapeSchema(field as Shape, type) };
	const [kind, inner] = field as readonly ["struct?" | "list?" | "list", Shape];
	return { isList: kind !== "struct?", schema: shapeSchema(inner, type) };
}

function withoutFields(type: string): Schema {
	return (name) => {
		throw unknownField(name, type);
	};
}

function unknownField(name: string, type: string): PatchFailure {
	return new PatchFailure({ expected: "a field that can be merged", got: `"${name}", which ${type} has not` });
}
