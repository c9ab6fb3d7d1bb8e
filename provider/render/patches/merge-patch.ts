import { isUnknown } from "../../facts/unknown";
import { isObject, type Json, type JsonObject, member, PatchFailure, setMember } from "./json";

/**
 * Applies a JSON merge patch (RFC 7386) in place, and returns the document.
 *
 * Source: gopkg.in/evanphx/json-patch.v4, merge.go.
 * @throws PatchFailure for a patch that is no object
 */
export function mergePatch(document: JsonObject, patch: Json): JsonObject {
	if (!isObject(patch)) throw new PatchFailure({ expected: "an object", value: patch });
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) delete document[key];
		else setMember(document, key, merged(member(document, key) ?? null, value));
	}
	return document;
}

function merged(before: Json, value: Json): Json {
	if (isUnknown(before) && isObject(value)) return before;
	if (isObject(before) && isObject(value)) return mergePatch(before, value);
	// A list in place of an object keeps the nulls inside its elements.
	if (isObject(before) && Array.isArray(value)) return value;
	return withoutNulls(value);
}

function withoutNulls(value: Json): Json {
	if (Array.isArray(value)) return value.map(withoutNulls);
	if (!isObject(value)) return value;
	for (const [key, item] of Object.entries(value)) {
		if (item === null) delete value[key];
		else setMember(value, key, withoutNulls(item));
	}
	return value;
}
