import fc, { type GeneratorValue } from "fast-check";
import type { GoField } from "../../../provider/facts/types/notation";
import { workloadTypes } from "../../../provider/facts/types/workloads";
import { fieldsOf } from "../../../provider/render/patches/schema";

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/**
 * A strategic merge patch for an object of a Go type: some fields of it, most of them such as it has, with directives now
 * and then.
 */
export function somePatch(g: GeneratorValue, { type, original, release }: Subject): Record<string, Value> {
	return objectPatch(g, { type, original, release, depth: 0 });
}

interface Subject {
	type: string;
	original: unknown;
	release: string;
}
interface Place extends Subject {
	depth: number;
}

const oneIn = (g: GeneratorValue, count: number) => g(fc.integer, { min: 1, max: count }) === 1;
const pick = <T>(g: GeneratorValue, items: readonly T[]): T => items[g(fc.nat, { max: items.length - 1 })]!;

function objectPatch(g: GeneratorValue, place: Place): Record<string, Value> {
	const { type, original, release, depth } = place;
	const identity = type === "ObjectMeta" ? /^(name|namespace)$/ : depth === 0 ? /^(apiVersion|kind|status)$/ : /^$/;
	const fields = Object.entries(fieldsOf(type, release)).filter(([name]) => !identity.test(name));
	const known = isObject(original) ? fields.filter(([name]) => name in original) : [];
	const patch: Record<string, Value> = {};
	for (let count = g(fc.integer, { min: 1, max: 3 }); count > 0 && fields.length > 0; count--) {
		const [name, field] = pick(g, known.length > 0 && !oneIn(g, 3) ? known : fields);
		const before = isObject(original) ? original[name] : undefined;
		patch[name] = oneIn(g, 12) ? null : fieldPatch(g, field, { ...place, original: before, depth: depth + 1 });
		if (field.merges && Array.isArray(before) && oneIn(g, 5)) reorder(g, { patch, name, field, before });
	}
	if (depth > 0 && oneIn(g, 25)) patch.$patch = pick(g, ["replace", "delete"]);
	if (depth > 0 && !("$patch" in patch) && oneIn(g, 25)) {
		const kept = Object.keys(patch).filter((name) => !name.startsWith("$"));
		patch.$retainKeys = [...kept, ...known.map(([name]) => name).filter(() => oneIn(g, 2))];
	}
	return patch;
}

/** The order of a list's elements that the patch leaves, in some order. */
function reorder(
	g: GeneratorValue,
	{ patch, name, field, before }: { patch: Record<string, Value>; name: string; field: GoField; before: unknown[] },
): void {
	const keyOf = (item: unknown) => (field.mergeKey === "" ? item : (item as Record<string, unknown>)[field.mergeKey]);
	const own = (Array.isArray(patch[name]) ? patch[name] : [])
		.filter((item) => !(isObject(item) && "$patch" in item))
		.map(keyOf);
	const others = before.map(keyOf).filter((key) => !own.includes(key as Value) && oneIn(g, 2));
	const order = [...new Set([...own, ...others])] as Value[];
	if (order.length === 0) return;
	if (own.length === 0) order.reverse();
	patch[`$setElementOrder/${name}`] = order.map((key) => (field.mergeKey === "" ? key : { [field.mergeKey]: key }));
}

function fieldPatch(g: GeneratorValue, field: GoField, place: Place): Value {
	const [, element] = /^\[(.*)\]$/.exec(field.type) ?? [];
	if (element === undefined) return value(g, { ...place, type: field.type });
	const before = Array.isArray(place.original) ? place.original : [];
	const items = Array.from({ length: g(fc.integer, { min: field.mergeKey ? 1 : 0, max: 2 }) }, () => {
		const { mergeKey } = field;
		const known = before.length > 0 && !oneIn(g, 3) ? pick(g, before) : undefined;
		if (!mergeKey)
			return known !== undefined && oneIn(g, 2)
				? (known as Value)
				: value(g, { ...place, original: undefined, type: element });
		const item = value(g, { ...place, type: element, original: known }) as Record<string, Value>;
		const key = known
			? known[mergeKey]
			: value(g, { ...place, type: fieldsOf(element, place.release)[mergeKey]!.type });
		if (known && oneIn(g, 8)) return { [mergeKey]: key, $patch: "delete" };
		delete item.$retainKeys;
		delete item.$patch;
		return { ...item, [mergeKey]: key } as Value;
	});
	return field.mergeKey && oneIn(g, 15) ? [...items, { $patch: "replace" }] : items;
}

function value(g: GeneratorValue, place: Place): Value {
	const { type } = place;
	const [, item] = /^\{(.*)\}$/.exec(type) ?? [];
	const [, element] = /^\[(.*)\]$/.exec(type) ?? [];
	if (item !== undefined) {
		const known = isObject(place.original) ? Object.keys(place.original) : [];
		const keys = [
			...known.filter(() => oneIn(g, 2)),
			...Array.from({ length: g(fc.nat, { max: 2 }) }, () => pick(g, ["a", "b", "cpu", "memory"])),
		];
		return Object.fromEntries(
			keys.map((key) => [key, oneIn(g, 6) ? null : value(g, { ...place, type: item, original: undefined })]),
		);
	}
	if (element !== undefined) return [value(g, { ...place, type: element, original: undefined })];
	if (type in workloadTypes) return place.depth > 6 ? {} : objectPatch(g, place);
	return scalar(g, type);
}

function scalar(g: GeneratorValue, type: string): Value {
	switch (type) {
		case "bool":
			return g(fc.boolean);
		case "int":
		case "int64":
			return g(fc.integer, { min: -1, max: 70_000 });
		case "quantity":
			return pick(g, ["100m", "0.5", "1024Mi", "1.5Gi", "2000", "1e3", 3, 0.25, "0"]);
		case "intOrString":
			return pick(g, [80, "http", 0, "25%"]);
		case "time":
			return pick(g, ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5+02:00"]);
		default:
			return pick(g, ["", "a", "b", "kube-proxy", "two words", "0644", "yes", "1.5", "a: b", "#x"]);
	}
}

function isObject(item: unknown): item is Record<string, unknown> {
	return typeof item === "object" && item !== null && !Array.isArray(item);
}
