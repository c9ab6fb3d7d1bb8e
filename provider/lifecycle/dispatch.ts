import { isDeepStrictEqual } from "node:util";
import { SpecError } from "../config/problems";
import { hasUnknowns } from "../facts/unknown";
import { markDeclared } from "../hosts/placement/owner";
import { redact } from "../hosts/redact";
import { status } from "../hosts/status";
import { Unread } from "../kubernetes/unread";
import { type CheckFailure, type Difference, type Lifecycle, PartialFailure } from "./lifecycle";
import { lifecycles } from "./lifecycles";
import { isGone, refuseOtherMachine } from "./machine-guards";
import { connectionSecrets, type Shape } from "./shape";
import { type ResourceKind, shapes } from "./shapes";

/** Stands in the state of what could not be read, with the reason. */
const UNREAD = "unread";

/** Stands in the state for the resource's id, which the engine does not tell when it asks for a difference. */
const ID = "resourceId";

/** Inputs or state as an engine hands them over: what is ours, and its own `__provider`. */
type Properties = Record<string, unknown>;

/** `check` as the engine's protocol has it. Problems come back as failures, one for each. */
export function check(
	kind: ResourceKind,
	olds: Properties,
	news: Properties,
): { inputs?: Properties; failures?: CheckFailure[] } {
	const { own } = split(news);
	try {
		const old = Object.keys(split(olds).own).length > 0 ? split(olds).own : undefined;
		refuseOtherMachine(old, own);
		return { inputs: withoutUndefined(of(kind).check(own, old)) };
	} catch (error) {
		if (!(error instanceof SpecError)) throw error;
		return {
			inputs: {},
			// Where a property is named, the engine prints its value, secret or not.
			failures: error.problems.map(({ path, message }) => ({
				property: "",
				reason: redact(path ? `${path}: ${message}` : message, secretsIn(own)),
			})),
		};
	}
}

/** `diff` as the engine's protocol has it. */
export function diff(kind: ResourceKind, state: Properties, inputs: Properties): Difference {
	const lifecycle = of(kind);
	const { own: was, id } = split(state);
	if (id !== undefined) markDeclared(id);
	const now = split(inputs).own;
	if (hasUnknowns(now)) return {};
	const difference = lifecycle.diff ? lifecycle.diff(was, now) : compareInputs(kind, was, now);
	return UNREAD in was && !difference.replaces ? { changes: true } : difference;
}

/** `create` as the engine's protocol has it. */
export async function create(kind: ResourceKind, inputs: Properties): Promise<{ id: string; outs: Properties }> {
	const { own, engine } = split(inputs);
	return reporting(own, engine, async () => {
		const { id, outputs } = await of(kind).create(own);
		markDeclared(id);
		return { id, outs: withoutUndefined({ ...own, ...outputs, [ID]: id }) };
	});
}

/** `read` as the engine's protocol has it: an empty id says that it is gone. */
export async function read(
	kind: ResourceKind,
	id: string,
	state: Properties,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
	const lifecycle = of(kind);
	const { own, id: known } = split(state);
	const present = lifecycle.read && !isGone(own);
	const found = present ? await reporting(own, {}, () => look(lifecycle, id, own)) : own;
	if (!found) return { id: "", props: {} };
	const props: Properties = withoutUndefined({ ...found, [ID]: known });
	const { inputs, knownInPreview = [] } = shapes[kind];
	return { id, props, inputs: pick(props, [...inputs, ...knownInPreview]) };
}

/** `update` as the engine's protocol has it. */
export async function update(
	kind: ResourceKind,
	id: string,
	state: Properties,
	inputs: Properties,
): Promise<{ outs: Properties }> {
	const { own, engine } = split(inputs);
	return reporting(own, engine, async () => {
		const outputs = await of(kind).update(id, split(state).own, own);
		return { outs: withoutUndefined({ ...own, ...outputs, [ID]: id }) };
	});
}

/** `delete` as the engine's protocol has it. */
export async function remove(kind: ResourceKind, id: string, state: Properties): Promise<void> {
	const { own } = split(state);
	if (isGone(own)) return status(`${id}: its host is said to be gone for good, nothing is done there`);
	await reporting(own, {}, () => of(kind).delete(id, own));
}

/** What a lifecycle reads; a state that could not be read says so, and is made so again. */
async function look(lifecycle: Lifecycle<any, any, any>, id: string, own: Properties): Promise<Properties | undefined> {
	const { [UNREAD]: _before, ...state } = own;
	try {
		return await lifecycle.read!(id, state);
	} catch (error) {
		if (!(error instanceof Unread)) throw error;
		status(`${id}: not read, and made as it should be by the next \`pulumi up\`: ${error.message}`);
		return { ...state, [UNREAD]: error.message };
	}
}

function of(kind: ResourceKind): Lifecycle<any, any, any> {
	return lifecycles[kind];
}

/** The default difference: the inputs by value. */
function compareInputs(kind: ResourceKind, state: Properties, inputs: Properties): Difference {
	return isDeepStrictEqual(pick(state, shapes[kind].inputs), inputs) ? { changes: false } : {};
}

function pick(properties: Properties, names: readonly string[]): Properties {
	return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

function split(properties: Properties): { own: Properties; engine: Properties; id?: string } {
	const { __provider, [ID]: id, ...own } = properties;
	return { own, engine: { __provider }, ...(typeof id === "string" ? { id } : {}) };
}

/** An engine's values have no `undefined`; a state that had some would differ from itself. */
function withoutUndefined<T>(value: T): T {
	if (Array.isArray(value)) return value.map(withoutUndefined) as T;
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, item]) => item !== undefined)
			.map(([key, item]) => [key, withoutUndefined(item)]),
	) as T;
}

/**
 * Turns a failure into what the dynamic provider's protocol reads off an error: `id`, `properties` (with `__provider`,
 * or the resource could not be deleted later) and `reasons` keep what was made. The message never holds a secret.
 */
async function reporting<T>(own: Properties, engine: Properties, operation: () => Promise<T>): Promise<T> {
	try {
		return await operation();
	} catch (error) {
		const message = redact(error instanceof Error ? error.message : String(error), secretsIn(own));
		const failure = Object.assign(new Error(message), { stack: "" });
		if (!(error instanceof PartialFailure)) throw failure;
		markDeclared(error.id);
		throw Object.assign(failure, {
			id: error.id,
			properties: withoutUndefined({ ...own, ...error.outputs, [ID]: error.id, ...engine }),
			reasons: [message],
		});
	}
}

/** The texts under the names that any shape calls secret: the engine hands them over in clear. */
function secretsIn(value: unknown): string[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, item]) =>
		typeof item === "string" ? (secretNames.has(name) ? [item] : []) : secretsIn(item),
	);
}

const secretNames = new Set<string>([...connectionSecrets, ...Object.values(shapes).flatMap(secretNamesOf)]);

/** The last names of the secret paths, and the inputs that are rendered from a secret argument alone. */
function secretNamesOf({ secrets = [], rendered = {} }: Shape): string[] {
	const copies = Object.entries(rendered).filter(([, from]) => from.every((argument) => secrets.includes(argument)));
	return [...secrets.map((path) => path.split(".").at(-1)!), ...copies.map(([input]) => input)];
}
