import { isUnknown } from "../../facts/unknown";
import { isObject, type Json, type JsonObject, member, PatchFailure, PatchUnknown, setMember } from "./json";
import type { Schema } from "./schema";
import { mergeLists, orderedBy } from "./strategic-lists";

const directive = "$patch";
const retainKeys = "$retainKeys";
const order = "$setElementOrder";
const deleteFrom = "$deleteFromPrimitiveList";

/**
 * Applies a strategic merge patch in place, consumes the patch, and returns the object; with `$patch`, an empty object or
 * the patch itself. Objects are merged field by field, lists as the
 * schema says, and the directives `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` are
 * obeyed.
 *
 * Source: mergeMap, k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
 * @throws PatchFailure for a patch that cannot be applied
 * @throws PatchUnknown for a directive or an ordered list that is not known yet; any other field whose result is not known
 * becomes UNKNOWN
 */
export function strategicMerge(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
	const directiveValue = member(patch, directive);
	if (directiveValue !== undefined) return directed(directiveValue, patch);
	retain(original, patch);
	orderLists(original, patch, schema);
	for (const [key, value] of Object.entries(patch)) mergeField({ original, key, value, schema });
	return original;
}

function directed(directiveValue: Json, patch: JsonObject): JsonObject {
	if (isUnknown(directiveValue)) throw new PatchUnknown();
	if (directiveValue === "delete") return {};
	if (directiveValue !== "replace")
		throw new PatchFailure({ expected: `${directive} of an object to be delete or replace`, value: directiveValue });
	delete patch[directive];
	return patch;
}

/** `$retainKeys`: what is not named goes. */
function retain(original: JsonObject, patch: JsonObject): void {
	const names = member(patch, retainKeys);
	if (names === undefined) return;
	delete patch[retainKeys];
	if (isUnknown(names)) throw new PatchUnknown();
	if (!Array.isArray(names)) throw new PatchFailure({ expected: `${retainKeys} to be a list`, value: names });
	for (const [key, value] of Object.entries(patch)) {
		if (value !== null && !key.startsWith(deleteFrom) && !key.startsWith(order) && !names.includes(key))
			throw new PatchFailure({ expected: `${retainKeys} to name all fields of the patch`, got: `none named "${key}"` });
	}
	for (const key of Object.keys(original)) if (!names.includes(key)) delete original[key];
}

/** `$setElementOrder/NAME`: the elements of a list in this order. */
function orderLists(original: JsonObject, patch: JsonObject, schema: Schema): void {
	for (const [key, wanted] of Object.entries(patch)) {
		if (!key.startsWith(order)) continue;
		delete patch[key];
		const name = nameAfter(key, order);
		const [before, change] = [member(original, name), member(patch, name)];
		if (isUnknown(before) || isUnknown(change) || isUnknown(wanted)) throw new PatchUnknown();
		const orderList = listOf(key, wanted);
		const list = before === undefined ? undefined : listOf(name, before);
		const changes = change === undefined ? undefined : listOf(name, change);
		const field = schema(name);
		if (!field.isList) throw new PatchFailure({ expected: `a list for ${key}`, got: `${name}, which is none` });
		const merged = orderedBy({ list, changes, order: orderList }, { field, mergeObjects: strategicMerge });
		if (merged === undefined) continue;
		setMember(original, name, merged);
		delete patch[name];
	}
}

interface FieldMerge {
	original: JsonObject;
	key: string;
	value: Json;
	schema: Schema;
}

function mergeField({ original, key, value, schema }: FieldMerge): void {
	const deletes = key.startsWith(deleteFrom);
	const name = deletes ? nameAfter(key, deleteFrom) : key;
	if (value === null) {
		delete original[name];
		return;
	}
	const before = member(original, name);
	// The result of a merge into an unknown value is unknown.
	if (isUnknown(before) && typeof value === "object") return;
	if (before === undefined || kindOf(before) !== kindOf(value)) {
		if (deletes) return;
		const added = withoutDirectives(withoutNulls(value));
		if (added === undefined) delete original[name];
		else setMember(original, name, added);
		return;
	}
	if (isObject(before) && isObject(value)) {
		setMember(original, name, strategicMerge(before, value, schema(name).schema));
	} else if (Array.isArray(before) && Array.isArray(value)) {
		const field = schema(name);
		if (!field.isList) throw new PatchFailure({ expected: `no list at ${name}`, got: "one" });
		const merge = { field, deletes, mergeObjects: strategicMerge };
		setMember(original, name, field.merges || deletes ? mergeLists(before, value, merge) : value);
	} else setMember(original, name, value);
}

function nameAfter(key: string, prefix: string): string {
	if (!key.startsWith(`${prefix}/`))
		throw new PatchFailure({ expected: `${prefix}/ and the name of a list`, got: `"${key}"` });
	return key.slice(prefix.length + 1);
}

function listOf(name: string, value: Json): Json[] {
	if (!Array.isArray(value)) throw new PatchFailure({ expected: `a list for ${name}`, value });
	return value;
}

function kindOf(value: Json): string {
	return Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
}

/** In place. Lists keep the nulls that are their elements. */
function withoutNulls(value: Json): Json {
	if (Array.isArray(value)) for (const item of value) withoutNulls(item);
	else if (isObject(value)) {
		for (const [key, item] of Object.entries(value)) {
			if (item === null) delete value[key];
			else withoutNulls(item);
		}
	}
	return value;
}

/** The part of a new value that is kept: objects with a directive are dropped. */
function withoutDirectives(value: Json): Json | undefined {
	if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
	if (!isObject(value)) return value;
	if (Object.hasOwn(value, directive)) return undefined;
	const kept = Object.entries(value).map(([key, item]) => [key, withoutDirectives(item)] as const);
	return Object.fromEntries(kept.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
