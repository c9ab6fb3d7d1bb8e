import { ExpectationError } from "../../config/expected";
/** A value of JSON. Where a part is not known yet, a text stands for it that `isUnknown` tells. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** A patch that can't be applied, and why: `expected X, got Y`. */
export class PatchFailure extends ExpectationError {
	override name = "PatchFailure";
}

/** Thrown where the result of a patch depends on a value that is not known yet. */
export class PatchUnknown extends Error {
	constructor() {
		super("not known yet");
		this.name = "PatchUnknown";
	}
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Value of an object's own key, never of its prototype. */
export function member(object: JsonObject, key: string): Json | undefined {
	return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a key whatever its name: `__proto__` too. */
export function setMember(object: JsonObject, key: string, value: Json): void {
	Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
