import * as pulumi from "@pulumi/pulumi";
import { inputProblem, sentence, unknownField } from "../config/expected";
import { kindOf, type Problem, joinPath as textOf } from "../config/problems";
import { structureProblems } from "../config/structure";
import type { FieldShape, Shape } from "../facts/types/shape";
import { UNKNOWN } from "../facts/unknown";

/**
 * Returns the problems with one argument; empty for an argument that is right. `path` is the argument's path in the
 * program. An argument that is `undefined` is no problem, except to `required`.
 */
export type ArgumentCheck = (value: unknown, path: readonly PropertyKey[]) => Problem[];

/** The checks of the arguments, by name. */
export type ArgumentChecks = Readonly<Record<string, ArgumentCheck>>;

/** Makes a check of an argument that must be given: `undefined` is a problem. */
export const required =
	(check: ArgumentCheck): ArgumentCheck =>
	(value, path) => {
		const problems = check(value === undefined ? null : value, path);
		return value === undefined ? problems.map(sayNothing) : problems;
	};

/**
 * Makes a check of an object whose fields the program itself names. Any other field is a problem, and so is an Output
 * in place of the object.
 */
export const fields =
	(checks: ArgumentChecks, expected = "an object"): ArgumentCheck =>
	(value, path) => {
		if (value === undefined) return [];
		if (!isPlainObject(value)) return [problem(path, expected, value)];
		const names = Object.keys(checks);
		const unknown = Object.keys(value).filter((name) => !names.includes(name) && value[name] !== undefined);
		return [
			...unknown.map((name) => ({ path: textOf([...path, name]), message: unknownField(name, names) })),
			...names.flatMap((name) => checks[name]!(value[name], [...path, name])),
		];
	};

/** Makes a check that accepts any plain object, whatever its fields. */
export const anyObject =
	(expected: string): ArgumentCheck =>
	(value, path) =>
		value === undefined || isPlainObject(value) ? [] : [problem(path, expected, value)];

/** Makes a check of an object that may have only the given names, each with a value that passes the same check. */
export const namedValues =
	(names: readonly string[], check: ArgumentCheck): ArgumentCheck =>
	(value, path) =>
		fields(Object.fromEntries(names.map((name) => [name, check])))(value, path);

/**
 * Makes a check of a list that the program itself gives, as its length decides which resources exist. The elements are
 * checked one by one, and none may be `undefined`.
 */
export const list =
	(check: ArgumentCheck, expected: string): ArgumentCheck =>
	(value, path) => {
		if (value === undefined) return [];
		if (!Array.isArray(value)) return [problem(path, expected, value)];
		return value.flatMap((item, index) => required(check)(item, [...path, index]));
	};

/**
 * Makes a check of a value of which any part may be an Output or a Promise. Parts that are known are checked by the
 * shape.
 */
export function value(shape: FieldShape, expected?: string): ArgumentCheck {
	return (argument, path) => {
		if (argument === undefined) return [];
		const { problems, known } = withoutOutputs(argument, path);
		// Some hints depend on the argument's name, and so does whether its values may be shown.
		const name = String(path.at(-1));
		const wrong = structureProblems({ [name]: shape }, { [name]: known }).map(({ path: inner, message }) => ({
			path: textOf(path) + inner.slice(name.length),
			message: expected && inner === name ? sentence({ expected, got: kindOfArgument(argument) }) : message,
		}));
		return [...problems, ...wrong];
	};
}

/**
 * Makes a check of an object that the program itself gives and whose fields, at any depth, may be Outputs. The known
 * parts are checked by the shape.
 */
export function object(shape: Shape, expected = "an object"): ArgumentCheck {
	const check = value(shape);
	return (argument, path) => {
		if (argument === undefined) return [];
		return isPlainObject(argument) ? check(argument, path) : [problem(path, expected, argument)];
	};
}

/** Checks a text that may be an Output. Problems never show the text, as it may be a secret. */
export const text: ArgumentCheck = (argument, path) =>
	argument === undefined || typeof argument === "string" || isAwaited(argument)
		? []
		: [problem(path, "a string", argument)];

/** Makes a check of a value of one JavaScript type that the program itself gives. An Output is a problem. */
export const decided =
	(type: "string" | "boolean" | "function", expected: string): ArgumentCheck =>
	(argument, path) =>
		argument === undefined || typeof argument === type ? [] : [problem(path, expected, argument)];

/**
 * Makes a check that accepts a resource of this package of one of the kinds, or a plain object that passes `otherwise`.
 */
export const resource =
	(kinds: readonly string[], expected: string, otherwise?: ArgumentCheck): ArgumentCheck =>
	(argument, path) => {
		if (argument === undefined || kinds.some((kind) => isResource(argument, kind))) return [];
		return otherwise && isPlainObject(argument) ? otherwise(argument, path) : [problem(path, expected, argument)];
	};

/** Checks that an argument is a Pulumi resource, of whichever package. */
export const anyResource: ArgumentCheck = (argument, path) =>
	argument === undefined || pulumi.Resource.isInstance(argument) ? [] : [problem(path, "a resource", argument)];

/**
 * Copies a value with `UNKNOWN` in place of each Output and Promise. `known` is the copy, without fields that are
 * `undefined`. `problems` names each part that is no data, such as a function or an object that contains itself;
 * `known` has `UNKNOWN` there.
 */
export function withoutOutputs(
	argument: unknown,
	path: readonly PropertyKey[] = [],
): { problems: Problem[]; known: any } {
	const problems: Problem[] = [];
	const copy = (item: unknown, at: readonly PropertyKey[], around: readonly unknown[]): unknown => {
		if (isAwaited(item)) return UNKNOWN;
		if (item === null || /^(string|number|boolean|undefined)$/.test(typeof item)) return item;
		const next = [...around, item];
		if (around.includes(item)) problems.push(problem(at, "a value", item, "an object that contains itself"));
		else if (Array.isArray(item)) return item.map((each, index) => copy(each, [...at, index], next));
		else if (isPlainObject(item))
			return Object.fromEntries(
				Object.entries(item)
					.filter(([, each]) => each !== undefined)
					.map(([name, each]) => [name, copy(each, [...at, name], next)]),
			);
		else problems.push(problem(at, "a value", item));
		// One problem is enough for this part.
		return UNKNOWN;
	};
	return { known: copy(argument, path, []), problems };
}

/** Whether a value is an Output or a Promise, whose content becomes known later. */
export function isAwaited(argument: unknown): boolean {
	return (
		pulumi.Output.isInstance(argument) || typeof (argument as Promise<unknown> | null | undefined)?.then === "function"
	);
}

/** Whether a value is a resource of this package and of one kind, whichever copy of the package made it. */
export function isResource(argument: unknown, kind: string): boolean {
	const type: unknown = pulumi.Resource.isInstance(argument) && Reflect.get(argument, "__pulumiType");
	return type === `pulumi-nodejs:dynamic/kubeadm:${kind}` || type === `kubeadm:index:${kind}`;
}

function problem(
	path: readonly PropertyKey[],
	expected: string,
	argument: unknown,
	got = kindOfArgument(argument),
): Problem {
	const next = isAwaited(argument) ? outputHint(expected) : undefined;
	return inputProblem({ path: textOf(path), expected, got, next });
}

/** Hint for an Output in the place of a number or of names that decide which resources exist. */
function outputHint(expected: string): string {
	return expected.startsWith("a list")
		? "how many there are decides which resources exist, so the program has to know it: write the list in the program and give Outputs as fields of its elements; what another stack exports can be awaited: (await stackReference.getOutputDetails(NAME)).value"
		: "the program has to name it itself; Outputs can be given for the fields inside, as in { host: server.ipv4Address }";
}

function sayNothing({ path, message }: Problem): Problem {
	return { path, message: message.replace(/, got null$/, ", got nothing") };
}

function kindOfArgument(argument: unknown): string {
	if (pulumi.Output.isInstance(argument)) return "an Output";
	if (isAwaited(argument)) return "a Promise";
	if (pulumi.Resource.isInstance(argument)) {
		const type = String(Reflect.get(argument, "__pulumiType") ?? "")
			.split(/[:/]/)
			.at(-1);
		return `a resource${type ? ` (${type})` : ""}`;
	}
	const className =
		typeof argument === "object" && argument !== null && !Array.isArray(argument) && argument.constructor?.name;
	return className && className !== "Object" ? `a ${className}` : kindOf(argument);
}

/** Whether a value is an object without a class. False for null, lists, resources, Outputs and Promises. */
export function isPlainObject(argument: unknown): argument is Record<string, unknown> {
	if (typeof argument !== "object" || argument === null || isAwaited(argument)) return false;
	const prototype = Object.getPrototypeOf(argument);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}
