import { ExpectationError } from "../../config/expected";

/**
 * A JSON value. The placeholder `UNKNOWN`, or a text that contains the placeholder, stands for a part that is unknown in a
 * preview; `isUnknown` recognizes both.
 */
export type Json = null | boolean | number | string | Json[] | JsonObject;
/** A JSON object. Keys may have any name, so read and set them with `member` and `setMember`. */
export type JsonObject = { [key: string]: Json };

/** Error for a patch that can't be applied. The message says why, without the patch's path: `expected X, got Y`. */
export class PatchFailure extends ExpectationError {
	override name = "PatchFailure";
}

/** Signal that the result of a patch depends on a value that is unknown in a preview. `applyPatches` catches it; no user sees the message. */
export class PatchUnknown extends Error {
	constructor() {
		super("not known yet");
		this.name = "PatchUnknown";
	}
}

/** Whether a value is an object, and neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the value of an object's own key, or undefined where the object lacks the key, even where its prototype has one: `toString`. */
export function member(object: JsonObject, key: string): Json | undefined {
	return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a key of an object in place. The key may be `__proto__`, with which an assignment would change the prototype. */
export function setMember(object: JsonObject, key: string, value: Json): void {
	Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
