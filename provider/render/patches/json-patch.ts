import { isDeepStrictEqual } from "node:util";

import { show } from "../../config/problems";
import { hasUnknowns, isUnknown } from "../../facts/unknown";
import { isObject, type Json, type JsonObject, member, PatchFailure, PatchUnknown, setMember } from "./json";

type Container = Json[] | JsonObject;
type Operation = JsonObject;
type Kind = keyof typeof operations;

/**
 * Applies a JSON patch (RFC 6902) in place, and returns the document; another value where the patch replaces the whole
 * document. Three habits of kubeadm's library differ from the RFC: `replace` adds a missing member, a negative index
 * counts from the end, and `test` for null succeeds for a missing member. A patch `null` changes nothing.
 *
 * Source: gopkg.in/evanphx/json-patch.v4, patch.go.
 * @throws PatchFailure for the first operation that cannot be applied, with its number
 * @throws PatchUnknown where the result depends on a value that is not known yet
 */
export function jsonPatch(document: JsonObject, patch: Json): Json {
	if (patch === null) return document;
	if (!Array.isArray(patch)) throw new PatchFailure({ expected: "a list of operations", value: patch });
	// The document itself can be replaced.
	const root: { value: Container } = { value: document };
	for (const [index, operation] of patch.entries()) {
		try {
			apply(root, operation);
		} catch (error) {
			if (error instanceof PatchFailure) error.message = `operation ${index + 1}: ${error.message}`;
			throw error;
		}
	}
	return root.value;
}

function apply(root: { value: Container }, operation: Json): void {
	if (isUnknown(operation)) throw new PatchUnknown();
	if (!isObject(operation)) throw new PatchFailure({ expected: "an object", value: operation });
	const kind = member(operation, "op");
	if (isUnknown(kind)) throw new PatchUnknown();
	if (typeof kind !== "string" || !Object.hasOwn(operations, kind)) {
		throw new PatchFailure({ expected: `op to be one of ${Object.keys(operations).join(", ")}`, value: kind });
	}
	operations[kind as Kind](root, operation);
}

const operations = {
	add: (root: { value: Container }, operation: Operation) =>
		add(place(root, pointer(operation, "path")), operand(operation)),
	remove: (root: { value: Container }, operation: Operation) => remove(place(root, pointer(operation, "path"))),
	replace(root: { value: Container }, operation: Operation) {
		const path = pointer(operation, "path");
		const value = operand(operation);
		if (path === "") {
			if (typeof value !== "object" || value === null)
				throw new PatchFailure({ expected: "an object or a list for all", value });
			root.value = value;
			return;
		}
		const at = place(root, path);
		if (Array.isArray(at.container)) at.container[existing(at.container, at)] = value;
		else setMember(at.container, at.key, value);
	},
	move(root: { value: Container }, operation: Operation) {
		const from = place(root, pointer(operation, "from"));
		const value = get(from) ?? null;
		remove(from);
		add(place(root, pointer(operation, "path")), value);
	},
	test(root: { value: Container }, operation: Operation) {
		const path = pointer(operation, "path");
		const wanted = operand(operation);
		const actual = path === "" ? root.value : (get(place(root, path)) ?? null);
		if (hasUnknowns(actual) || hasUnknowns(wanted)) throw new PatchUnknown();
		if (!isDeepStrictEqual(actual, wanted)) {
			throw new PatchFailure({ expected: `${show(wanted)} at ${path}`, value: actual });
		}
	},
	copy(root: { value: Container }, operation: Operation) {
		const value = get(place(root, pointer(operation, "from"))) ?? null;
		add(place(root, pointer(operation, "path")), structuredClone(value));
	},
};

/** A member of an object, or an element of a list, by its name. */
interface ElementPlace {
	container: Container;
	key: string;
	path: string;
}

function pointer(operation: Operation, name: "path" | "from"): string {
	const path = member(operation, name);
	if (isUnknown(path)) throw new PatchUnknown();
	if (typeof path !== "string")
		throw new PatchFailure({ expected: `${name} to be a text such as /spec/x`, value: path });
	return path;
}

function operand(operation: Operation): Json {
	return member(operation, "value") ?? null;
}

function place(root: { value: Container }, path: string): ElementPlace {
	const [, ...parts] = path.split("/").map((part) => part.replace(/~[01]/g, (sign) => (sign === "~1" ? "/" : "~")));
	const key = parts.pop();
	if (key === undefined) throw new PatchFailure({ expected: "a path such as /spec/x", value: path });
	let container: Container = root.value;
	for (const part of parts) {
		const next: Json | undefined = get({ container, key: part, path });
		if (isUnknown(next)) throw new PatchUnknown();
		if (typeof next !== "object" || next === null) throw missing(path);
		container = next;
	}
	return { container, key, path };
}

function get({ container, key, path }: ElementPlace): Json | undefined {
	return Array.isArray(container) ? container[existing(container, { key, path })] : member(container, key);
}

function add({ container, key, path }: ElementPlace, value: Json): void {
	if (!Array.isArray(container)) setMember(container, key, value);
	else if (key === "-") container.push(value);
	else container.splice(index(key, container.length + 1, path), 0, value);
}

function remove({ container, key, path }: ElementPlace): void {
	if (Array.isArray(container)) container.splice(existing(container, { key, path }), 1);
	else if (Object.hasOwn(container, key)) delete container[key];
	else throw missing(path);
}

function existing(list: Json[], { key, path }: Pick<ElementPlace, "key" | "path">): number {
	return index(key, list.length, path);
}

function index(key: string, length: number, path: string): number {
	const number = /^[-+]?\d+$/.test(key) ? Number(key) : Number.NaN;
	const position = number < 0 ? number + length : number;
	if (!(position >= 0 && position < length)) throw missing(path);
	return position;
}

function missing(path: string): PatchFailure {
	return new PatchFailure({ expected: "a path of the target", got: `${path}, which is not there` });
}
