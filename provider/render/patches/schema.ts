import { type GoField, parseField } from "../../facts/types/notation";
import { type FieldShape, parseScalar, type Shape } from "../../facts/types/shape";
import { workloadTypes } from "../../facts/types/workloads";
import { minorNumber } from "../../facts/versions";
import { PatchFailure } from "./json";

/** Fields of a type, as a strategic merge needs them. */
export type Schema = (field: string) => SchemaField;

export interface SchemaField {
	isList: boolean;
	/** Lists only: their elements are merged. */
	merges: boolean;
	mergeKey: string;
	/** Type of the field, or of its list's elements. */
	schema: Schema;
}

/**
 * The schema of a type of `workloadTypes`, as a minor release knows it.
 *
 * Source: LookupPatchMetadataForStruct, k8s.io/apimachinery/third_party/forked/golang/json/fields.go.
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

/** The fields of a type that a minor release knows. */
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

/** The schema of a configuration's type. None of its lists is merged. */
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
