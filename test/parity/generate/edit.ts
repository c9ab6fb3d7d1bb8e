import type { Scalar, Shape } from "../../../provider/facts/types/shape";
import type { Configuration } from "./configuration";
import { document } from "./families";
import type { Random } from "./random";
import { type Field, fieldsOf, innerOf, kinds } from "./shapes";
import { Raw } from "./text";
import { valuesOf } from "./values";

type Holder = Record<string | number, unknown>;

/** A copy in which one field holds a value. Lists on the way get an item, with what an item must have. */
export function withField(
	configuration: Configuration,
	{ field, value, random, version }: { field: Field; value: unknown; random: Random; version: string },
): Configuration {
	const copy = cloneConfiguration(configuration);
	let holder = documentOf(copy, field) as Holder;
	for (const [index, key] of field.path.entries()) {
		const isLast = index === field.path.length - 1;
		if (key === "[]") {
			const list = holder as unknown as Holder[];
			const existing = list.length > 0 && random.chance(0.6);
			const at = existing ? random.below(list.length) : list.length;
			const path = field.path.slice(0, index + 1);
			if (!existing) list[at] = newItem(field, path, { random, version }) as Holder;
			if (!isStructure(list[at])) list[at] = {};
			holder = list[at] as Holder;
			continue;
		}
		if (isLast) {
			holder[key] = structuredCloneKeepingRaw(value);
			break;
		}
		const isList = field.path[index + 1] === "[]";
		const next = holder[key];
		if (!isStructure(next) || Array.isArray(next) !== isList) holder[key] = isList ? [] : {};
		holder = holder[key] as Holder;
	}
	return copy;
}

/** A copy without a field, from the first list item that has it; undefined where none has. */
export function withoutField(configuration: Configuration, field: Field): Configuration | undefined {
	const copy = cloneConfiguration(configuration);
	const found = copy.documents.find((item) => isStructure(item) && item["kind"] === field.kind);
	return found && remove(found, field.path) ? copy : undefined;
}

function remove(holder: unknown, [key, ...rest]: readonly string[]): boolean {
	if (!isStructure(holder) || key === undefined) return false;
	if (key === "[]") return Array.isArray(holder) && holder.some((item) => remove(item, rest));
	if (!Object.hasOwn(holder, key)) return false;
	if (rest.length > 0) return remove(holder[key], rest);
	delete holder[key];
	return true;
}

function documentOf(configuration: Configuration, { kind }: Field): object {
	const found = configuration.documents.find((item) => isStructure(item) && item["kind"] === kind);
	if (found) return found as object;
	const added = document(kind);
	configuration.documents.push(added);
	return added;
}

/** An item of a list: with what is not `omitempty`, since kubeadm asks for most of that. */
function newItem(
	field: Field,
	path: readonly string[],
	{ random, version }: { random: Random; version: string },
): object {
	const shape = path.reduce<Shape>((at, key) => {
		if (key === "[]") return at;
		return innerOf(at[key] as Exclude<Shape[string], Scalar>)[0];
	}, kinds[field.kind].shape);
	const needed = Object.entries(shape).filter(([, inner]) => typeof inner === "string" && !inner.includes("?"));
	const fields = fieldsOf(field.kind, version);
	return Object.fromEntries(
		needed.map(([key]) => {
			const wanted = [...path, key].join("\n");
			const sibling = fields.find((candidate) => candidate.path.join("\n") === wanted);
			return [key, sibling && random.pick(valuesOf(sibling, version).valid)];
		}),
	);
}

export function cloneConfiguration(configuration: Configuration): Configuration {
	return { ...configuration, documents: configuration.documents.map(structuredCloneKeepingRaw) };
}

function structuredCloneKeepingRaw<T>(value: T): T {
	if (value instanceof Raw || typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map(structuredCloneKeepingRaw) as T;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, structuredCloneKeepingRaw(item)])) as T;
}

export function isStructure(value: unknown): value is Holder {
	return typeof value === "object" && value !== null && !(value instanceof Raw);
}
