import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { isObject, type Json, type JsonObject, member, PatchFailure, PatchUnknown } from "./json";
import type { Schema, SchemaField } from "./schema";

/** Merge of lists of objects and of primitives. */
export interface ListMerge {
	/** Type of the list. */
	field: SchemaField;
	/** Whether the patch lists the elements to remove (`$deleteFromPrimitiveList`). @default false */
	deletes?: boolean;
	/** Merges two elements of one key. */
	mergeObjects: (original: JsonObject, patch: JsonObject, schema: Schema) => JsonObject;
}

/**
 * Merges a list with the elements of a patch: elements with a known key are changed, others are added. Patched elements
 * keep the patch's order, the others the original's. `UNKNOWN` where an element or its key is not known yet.
 *
 * Source: mergeSlice, k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
 * @throws PatchFailure for a list of objects without a merge key
 */
export function mergeLists(original: Json[], patch: Json[], merge: ListMerge): Json {
	if (original.length === 0 && patch.length === 0) return original;
	const { mergeKey } = merge.field;
	if ([...original, ...patch].some((item) => isUnknown(item) || isUnknown(keyOf(item, mergeKey)))) return UNKNOWN;
	if (elementKind([...original, ...patch]) !== "object") {
		if (merge.deletes) return original.filter((item) => !patch.includes(item));
		return inOrder(withoutDuplicates([...original, ...patch]), {
			patchOrder: patch,
			serverOrder: original,
			mergeKey: "",
		});
	}
	if (mergeKey === "")
		throw new PatchFailure({ expected: "a list whose elements are told apart by a field", got: "one without" });
	const { kept, changes } = withDirectives(original as JsonObject[], patch as JsonObject[], mergeKey);
	const merged = mergeElements(kept, changes, merge);
	return inOrder(merged, { patchOrder: changes, serverOrder: kept, mergeKey });
}

/**
 * Merges a list and orders it by the directive `$setElementOrder`. `undefined` where neither the object nor the patch
 * has the list.
 *
 * Source: mergePatchIntoOriginal, k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
 * @throws PatchFailure where the patch has elements in another order than the directive
 */
export function orderedBy(
	wish: { list?: Json[]; changes?: Json[]; order: Json[] },
	merge: ListMerge,
): Json | undefined {
	const { list, changes = [], order } = wish;
	const { mergeKey } = merge.field;
	checkOrder(changes, order, mergeKey);
	if (!list && !wish.changes) return undefined;
	const merged = !list ? withoutMarked(changes) : !wish.changes ? list : mergedOrReplaced(list, changes, merge);
	if (!Array.isArray(merged)) return merged;
	const elements = elementKind([...(list ?? []), ...changes]);
	const merges = merge.field.merges && list && elements === "object";
	const serverOrder = merges ? asLeftBehind(list as JsonObject[], changes as JsonObject[], mergeKey) : (list ?? []);
	return inOrder(merged, { patchOrder: order, serverOrder, mergeKey });
}

/**
 * The list's memory after a merge, by which Kubernetes then orders: what is removed leaves room at its end, in which
 * what is added is seen.
 */
function asLeftBehind(list: JsonObject[], changes: JsonObject[], mergeKey: string): JsonObject[] {
	const memory = [...list];
	let length = memory.length;
	const find = (key: Json) => memory.findIndex((item, index) => index < length && member(item, mergeKey) === key);
	for (const change of changes.filter((item) => item.$patch === "delete")) {
		const key = required(change, mergeKey);
		for (let at = find(key); at >= 0; at = find(key)) memory.copyWithin(at, at + 1, length--);
	}
	if (changes.some((item) => item.$patch === "replace")) return memory;
	for (const change of changes.filter((item) => !isMarked(item))) {
		if (find(required(change, mergeKey)) < 0 && length < memory.length) memory[length++] = change;
	}
	return memory;
}

function mergedOrReplaced(list: Json[], changes: Json[], merge: ListMerge): Json {
	return merge.field.merges ? mergeLists(list, changes, merge) : changes;
}

function withoutMarked(changes: Json[]): Json[] {
	return changes.filter((item) => !isMarked(item));
}

/** The patch's elements must come in the order that is asked for, none, not even a directive, after its last. */
function checkOrder(changes: Json[], order: Json[], mergeKey: string): void {
	if (order.length === 0 || changes.length === 0) return;
	const kept = mergeKey === "" ? changes : changes.filter((item) => !(isObject(item) && item.$patch === "delete"));
	let at = 0;
	for (const wanted of order) {
		while (at < kept.length && isMarked(kept[at]!)) at++;
		if (at < kept.length && required(kept[at]!, mergeKey) === required(wanted, mergeKey)) at++;
	}
	if (at < kept.length)
		throw new PatchFailure({ expected: "the patch's elements in the order of $setElementOrder", value: kept[at] });
}

function withDirectives(original: JsonObject[], patch: JsonObject[], mergeKey: string) {
	let kept = original;
	let replaces = false;
	for (const item of patch.filter(isMarked)) {
		if (isUnknown(item.$patch)) throw new PatchUnknown();
		if (item.$patch === "replace") replaces = true;
		else if (item.$patch === "delete") {
			const key = required(item, mergeKey);
			kept = kept.filter((other) => member(other, mergeKey) !== key);
		} else throw new PatchFailure({ expected: "$patch of an element to be delete or replace", value: item.$patch });
	}
	const changes = patch.filter((item) => !isMarked(item));
	return replaces ? { kept: changes, changes: [] } : { kept, changes };
}

function mergeElements(kept: JsonObject[], changes: JsonObject[], { field, mergeObjects }: ListMerge): JsonObject[] {
	const { mergeKey, schema } = field;
	const merged = [...kept];
	for (const change of changes) {
		const key = required(change, mergeKey);
		const at = merged.findIndex((item) => member(item, mergeKey) === key);
		if (at < 0) merged.push(change);
		else merged[at] = mergeObjects(merged[at]!, change, schema);
	}
	return merged;
}

interface Orders {
	/** What these name comes in their order, … */
	patchOrder: Json[];
	/** … and all else in this one's, before or after as this one says where it knows both. */
	serverOrder: Json[];
	mergeKey: string;
}

/** Source: normalizeElementOrder and mergeSortedSlice, the same file. */
function inOrder(items: Json[], { patchOrder, serverOrder, mergeKey }: Orders): Json[] {
	const identity = (item: Json) => (mergeKey === "" ? item : required(item, mergeKey));
	const positionIn = (order: Json[]) => {
		const keys = order.map(identity);
		return (item: Json) => keys.indexOf(identity(item));
	};
	const [inPatch, onServer] = [positionIn(patchOrder), positionIn(serverOrder)];
	const left = sorted(
		items.filter((item) => inPatch(item) < 0),
		onServer,
	);
	const right = sorted(
		items.filter((item) => inPatch(item) >= 0),
		inPatch,
	);
	const all: Json[] = [];
	while (left.length > 0 && right.length > 0) {
		const [l, r] = [onServer(left[0]!), onServer(right[0]!)];
		all.push((l >= 0 && r >= 0 && l < r ? left : right).shift()!);
	}
	return [...all, ...left, ...right];
}

function sorted(items: Json[], position: (item: Json) => number): Json[] {
	return [...items].sort((a, b) => position(a) - position(b));
}

function withoutDuplicates(items: Json[]): Json[] {
	return [...new Set(items)];
}

function isMarked(item: Json): boolean {
	return isObject(item) && Object.hasOwn(item, "$patch");
}

function keyOf(item: Json, mergeKey: string): Json | undefined {
	return isObject(item) ? member(item, mergeKey) : undefined;
}

function required(item: Json, mergeKey: string): Json {
	if (mergeKey === "") return item;
	if (!isObject(item))
		throw new PatchFailure({ expected: `elements that are objects with "${mergeKey}"`, value: item });
	const key = member(item, mergeKey);
	if (key === undefined) throw new PatchFailure({ expected: `each element to have "${mergeKey}"`, value: item });
	return key;
}

/** All elements must be of one kind. */
function elementKind(items: Json[]): string {
	const kinds = new Set(items.map((item) => (Array.isArray(item) ? "list" : item === null ? "null" : typeof item)));
	const [kind, other] = kinds;
	if (kind === undefined) throw new PatchFailure({ expected: "elements in one of both lists", got: "none" });
	if (other !== undefined || kind === "list" || kind === "null")
		throw new PatchFailure({ expected: "elements of one kind, texts, numbers or objects", value: items });
	return kind;
}
