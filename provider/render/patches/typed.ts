import { ExpectationError } from "../../config/expected";
import type { GoField } from "../../facts/types/notation";
import { workloadTypes } from "../../facts/types/workloads";
import { isUnknown } from "../../facts/unknown";
import { normalizeQuantity, parseQuantity } from "../../go/quantity";
import { normalizeTime, parseTime } from "../../go/time";
import { isObject, type Json, type JsonObject, member, PatchFailure, setMember } from "./json";
import { fieldsOf } from "./schema";

/**
 * Returns an object as Go writes it after reading it into a type: fields that the type lacks are dropped, and
 * quantities and times are normalized. Values that are not known yet stay.
 *
 * Source: UniversalUnmarshal and MarshalToYaml, cmd/kubeadm/app/util/marshal.go.
 * @param release minor release that decides the fields, such as "1.37"
 * @throws PatchFailure for a value of another type than its field
 */
export function typed(value: JsonObject, { type, release }: { type: string; release: string }): JsonObject {
	return struct(value, { type, path: "", release });
}

interface ValuePlace {
	type: string;
	path: string;
	release: string;
}

function struct(value: JsonObject, place: ValuePlace): JsonObject {
	const fields: JsonObject = {};
	for (const [name, field] of Object.entries(fieldsOf(place.type, place.release))) {
		const path = place.path === "" ? name : `${place.path}.${name}`;
		const fieldJson = member(value, name) ?? null;
		const item = fieldValue(field, fieldJson, { ...place, type: field.type, path });
		if (item !== undefined) setMember(fields, name, item);
	}
	return fields;
}

/** A field as Go writes it; undefined where it is left out. */
function fieldValue({ pointer, omitEmpty, type }: GoField, fieldJson: Json, place: ValuePlace): Json | undefined {
	if (fieldJson === null && (pointer || isNullable(type))) return omitEmpty ? undefined : null;
	const value = read(fieldJson, place);
	return omitEmpty && !pointer && isZero(value) ? undefined : value;
}

/** Whether Go's zero of it is written as null. */
function isNullable(type: string): boolean {
	return /^[[{]/.test(type) || type === "time" || type === "any";
}

function isZero(value: Json): boolean {
	if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
	return value === null || value === "" || value === 0 || value === false;
}

function read(value: Json, place: ValuePlace): Json {
	if (isUnknown(value)) return value;
	const { type, path } = place;
	const [, element] = /^\[(.*)\]$/.exec(type) ?? [];
	const [, item] = /^\{(.*)\}$/.exec(type) ?? [];
	if (element !== undefined) {
		if (!Array.isArray(value)) throw other(place, "a list", value);
		return value.map((one, index) => read(one, { ...place, type: element, path: `${path}[${index}]` }));
	}
	if (item !== undefined) {
		if (!isObject(value)) throw other(place, "an object", value);
		const map: JsonObject = {};
		for (const [key, one] of Object.entries(value)) {
			setMember(map, key, read(one, { ...place, type: item, path: `${path}.${key}` }));
		}
		return map;
	}
	if (type in workloadTypes) {
		if (value !== null && !isObject(value)) throw other(place, "an object", value);
		return struct(value ?? {}, place);
	}
	const scalar = scalars[type];
	if (!scalar)
		throw new ExpectationError({
			at: `Go type "${type}" of ${path}`,
			expected: "one that can be read",
			got: "another",
		});
	if (value === null) return scalar.zero;
	const taken = scalar.read(value);
	if (taken === undefined) throw other(place, scalar.expected, value);
	return taken;
}

interface Scalar {
	zero: Json;
	expected: string;
	/** Undefined for what is none. */
	read(value: Json): Json | undefined;
}

const integer = (bits: number): Scalar => ({
	zero: 0,
	expected: "an integer",
	read: (value) => (Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** (bits - 1) - 1 ? value : undefined),
});
const text: Scalar = {
	zero: "",
	expected: "a text",
	read: (value) => (typeof value === "string" ? value : undefined),
};

const scalars: Readonly<Record<string, Scalar>> = {
	string: text,
	bool: {
		zero: false,
		expected: "true or false",
		read: (value) => (typeof value === "boolean" ? value : undefined),
	},
	int: integer(32),
	int64: integer(64),
	quantity: {
		zero: "0",
		expected: "a quantity such as 500m or 64Mi",
		read: (value) =>
			/^(string|number)$/.test(typeof value) && parseQuantity(String(value).trim())
				? normalizeQuantity(String(value).trim())
				: undefined,
	},
	time: { zero: null, expected: "a time such as 2026-01-31T12:00:00Z", read: time },
	intOrString: {
		zero: 0,
		expected: "an integer or a text",
		read: (value) => text.read(value) ?? integer(32).read(value),
	},
	any: { zero: null, expected: "anything", read: (value) => value },
};

/** A time in seconds of UTC. */
function time(value: Json): string | undefined {
	return typeof value === "string" && parseTime(value) ? normalizeTime(value) : undefined;
}

function other({ path }: ValuePlace, expected: string, value: Json): PatchFailure {
	return new PatchFailure({ at: path, expected, value });
}
