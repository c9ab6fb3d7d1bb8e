import { isDeepStrictEqual } from "node:util";
import { learnProgram, type Program, thisProgram } from "../hosts/placement/program";
import { fromPreviewForm, PATH, toPreviewForm } from "./preview-form";
import { RESTARTS } from "./restarts";
import type { Shape } from "./shape";
import { type ResourceKind, shapes } from "./shapes";

/** State property with the random id of the resource's last change. Absent for a resource that was never changed. */
export const LAST_UPDATE = "lastUpdate";

/** State property with the resource's id. The engine does not pass the id to `diff`. */
export const ID = "resourceId";

/** State property with the program that made the resource (`Program`). Sent inputs hold the program's name there. */
export const PROGRAM = "program";

/**
 * Input with the reason why the resource needs an update although its inputs are equal. A refresh adds it and the next
 * `check` takes it out, so that a preview shows it as removed.
 */
export const NEEDS_UPDATE = "needsUpdate";

/** Inputs or state as the engine passes them: this package's properties, and the engine's own `__provider`. */
export type Properties = Record<string, unknown>;

/** Properties of a resource as the engine passes them, taken apart. */
interface Parts {
	own: Properties;
	engine: Properties;
	/** Names of the spread inputs that stand under their own name, as a secret does. */
	whole: readonly string[];
	id?: string;
	program?: unknown;
	lastUpdate?: unknown;
}

/** Splits what the engine keeps of a resource, and restores the inputs from their preview form. */
export function splitKept(kind: ResourceKind, properties: Properties): Parts {
	const { own, ...parts } = split(kind, properties);
	if (Object.keys(own).length === 0) return { ...parts, own };
	return { ...parts, own: { ...usualOf(kind), ...converted(kind, gathered(kind, own), fromPreviewForm) } };
}

/** Splits a state, and learns from it which program this process serves. */
export function splitState(kind: ResourceKind, state: Properties): Parts {
	const parts = splitKept(kind, state);
	if (parts.program !== undefined) learnProgram(parts.program as Program);
	return parts;
}

/** State of a resource, with the properties that the engine does not keep for a dynamic resource. */
export function stateOf(
	kind: ResourceKind,
	id: string,
	properties: Properties,
	{ whole }: { whole: readonly string[] },
): Properties {
	return kept(kind, { ...properties, [ID]: id, [PROGRAM]: thisProgram() }, { whole });
}

/**
 * Inputs or state of a lifecycle as the engine keeps them. The engine keeps a secret by its name, so an input that came
 * whole stays whole.
 */
export function kept(kind: ResourceKind, properties: Properties, { whole }: { whole: readonly string[] }): Properties {
	return spread(kind, converted(kind, withoutUsual(kind, withoutUndefined(properties)), toPreviewForm), whole);
}

/** Splits what the engine passes, and leaves out what only a preview shows. */
export function split(kind: ResourceKind, properties: Properties): Parts {
	const { __provider, [ID]: id, [PROGRAM]: program, [LAST_UPDATE]: lastUpdate, ...rest } = properties;
	const { [RESTARTS]: _, [NEEDS_UPDATE]: _reason, ...own } = rest;
	const whole = spreadNames(kind).filter((name) => name in own);
	return { own, whole, engine: { __provider }, program, lastUpdate, ...(typeof id === "string" ? { id } : {}) };
}

function converted(kind: ResourceKind, properties: Properties, convert: (value: unknown) => unknown): Properties {
	const { inPreviewForm = [] }: Shape = shapes[kind];
	const names = ["host", "controlPlanes", ...inPreviewForm];
	return Object.fromEntries(
		Object.entries(properties).map(([name, value]) => [name, names.includes(name) ? convert(value) : value]),
	);
}

/** Leaves out the inputs that have their usual values. */
function withoutUsual(kind: ResourceKind, properties: Properties): Properties {
	const usual = usualOf(kind);
	return Object.fromEntries(
		Object.entries(properties).filter(([name, value]) => !(name in usual && isDeepStrictEqual(value, usual[name]))),
	);
}

function usualOf(kind: ResourceKind): Readonly<Properties> {
	const { usual = {} }: Shape = shapes[kind];
	return usual;
}

/** Puts the entries of spread inputs among the other properties: `configuration > maxPods`. */
function spread(kind: ResourceKind, properties: Properties, whole: readonly string[]): Properties {
	const names = spreadNames(kind).filter((name) => !whole.includes(name));
	const entries = Object.entries(properties).flatMap(([name, value]): [string, unknown][] => {
		const isSpread = names.includes(name) && typeof value === "object" && value !== null && !Array.isArray(value);
		if (!isSpread || Object.keys(value).length === 0) return [[name, value]];
		return Object.entries(value).map(([key, item]) => [`${name}${PATH}${key}`, item]);
	});
	return Object.fromEntries(entries);
}

/** Takes the entries of spread inputs together again. */
function gathered(kind: ResourceKind, properties: Properties): Properties {
	const names = spreadNames(kind);
	const result: Record<string, any> = {};
	for (const [path, value] of Object.entries(properties)) {
		const name = names.find((each) => path.startsWith(`${each}${PATH}`));
		if (name === undefined) result[path] = value;
		else result[name] = { ...result[name], [path.slice(`${name}${PATH}`.length)]: value };
	}
	return result;
}

function spreadNames(kind: ResourceKind): readonly string[] {
	const { spread: names = [] }: Shape = shapes[kind];
	return names;
}

/** Removes `undefined` values. The engine keeps none, so a state with them would differ from itself. */
function withoutUndefined<T>(value: T): T {
	if (Array.isArray(value)) return value.map(withoutUndefined) as T;
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, item]) => item !== undefined)
			.map(([key, item]) => [key, withoutUndefined(item)]),
	) as T;
}

/** The properties with these names, and the entries of spread inputs with these names. */
export function pick(properties: Properties, names: readonly string[]): Properties {
	return Object.fromEntries(Object.entries(properties).filter(([path]) => names.includes(path.split(PATH, 1)[0]!)));
}
