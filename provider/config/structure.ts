import { z } from "zod";
import { type Base, type FieldShape, parseScalar, type Shape } from "../facts/types/shape";
import { isUnknown } from "../facts/unknown";
import { parseDuration } from "../go/duration";
import { parseQuantity } from "../go/quantity";
import { parseTime } from "../go/time";
import { sentence, unknownField } from "./expected";
import { listOfPairsHint, movedFieldHint, pairHint } from "./moved-fields";
import { joinPath, type Problem } from "./problems";

/** Returns the problems of a value's structure: wrong types and unknown fields. Unknown values are no problem. */
export function structureProblems(shape: Shape, value: unknown): Problem[] {
	return located(shape, value).map(({ path, message }) => ({ path: joinPath(path), message }));
}

/** Returns the problems of a value's structure, and a copy without the wrong parts for further checks. */
export function soundPart<T>(shape: Shape, value: T): { problems: Problem[]; sound: T } {
	const locatedProblems = located(shape, value);
	const problems = locatedProblems.map(({ path, message }) => ({ path: joinPath(path), message }));
	if (locatedProblems.some(({ path }) => path.length === 0)) return { problems, sound: {} as T };
	const sound = structuredClone(value);
	for (const { path } of locatedProblems) {
		const holder = holderOf(sound, path);
		// A removed element leaves a hole, so that the indices of the others stay.
		if (typeof holder === "object" && holder !== null) delete holder[path.at(-1)!];
	}
	return { problems, sound };
}

/** Returns the paths of objects, lists and maps that are unknown as a whole. */
export function structuralUnknowns(shape: Shape, value: unknown): string[] {
	const unknownPaths: string[] = [];
	visitStructures(shape, value, [], (path) => unknownPaths.push(joinPath(path)));
	return unknownPaths;
}

/** Copies a value without objects, lists and maps that are unknown as a whole. */
export function withoutStructuralUnknowns<T>(shape: Shape, value: T): T {
	const copy = structuredClone(value);
	const unknown: (readonly PropertyKey[])[] = [];
	visitStructures(shape, copy, [], (path) => unknown.push(path));
	for (const path of unknown.reverse()) {
		const holder = holderOf(copy, path);
		const last = path.at(-1)!;
		if (Array.isArray(holder)) holder.splice(Number(last), 1);
		else delete holder[last];
	}
	return copy;
}

function holderOf(value: unknown, path: readonly PropertyKey[]): any {
	return path.slice(0, -1).reduce<any>((at, key) => at?.[key], value);
}

/** A problem of the value's structure. */
interface Located {
	path: PropertyKey[];
	message: string;
}

function located(shape: Shape, value: unknown): Located[] {
	const result = schemaOf(shape).safeParse(value);
	return result.success ? [] : result.error.issues.flatMap((issue) => problemsOf(issue, shape, value));
}

const schemas = new WeakMap<Shape, z.ZodType>();

function schemaOf(shape: Shape): z.ZodType {
	const known = schemas.get(shape);
	if (known) return known;
	const fields = Object.entries(shape).map(([name, field]) => [name, fieldSchema(field).optional()] as const);
	const schema = z.strictObject(Object.fromEntries(fields));
	schemas.set(shape, schema);
	return schema;
}

function fieldSchema(field: FieldShape): z.ZodType {
	if (typeof field === "string") return scalarSchemas[parseScalar(field).base];
	if (isTuple(field)) return field[0] === "struct?" ? schemaOf(field[1]) : z.array(schemaOf(field[1]));
	return schemaOf(field);
}

const integer = z.unknown().refine(Number.isInteger, { error: "an integer", abort: true });
const int = within(-(2 ** 31), 2 ** 31 - 1);
const time = z.string().refine((text) => parseTime(text) !== undefined, "a time such as 2030-01-01T00:00:00Z");
const duration = z.string().refine((text) => parseDuration(text) !== undefined, "a duration such as 1h30m or 10s");
const quantity = z
	.union([z.string(), z.number()])
	.refine((amount) => parseQuantity(String(amount)) !== undefined, "a quantity such as 500m or 64Mi");

const scalarSchemas: Record<Base, z.ZodType> = {
	string: z.string(),
	bool: z.boolean(),
	int,
	int64: within(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
	uint: within(0, 2 ** 32 - 1),
	float: z.number(),
	float32: z.number().refine((value) => Number.isFinite(Math.fround(value)), "a number within 32 bits"),
	time,
	duration,
	quantity,
	nanoseconds: z.union([integer, duration]),
	any: z
		.unknown()
		.refine((value) => /^(string|object)$/.test(typeof value) && value !== null, "a text, an object or a list"),
	"[string]": z.array(z.string()),
	"[int]": z.array(int),
	"{string}": z.record(z.string(), z.string()),
	"{bool}": z.record(z.string(), z.boolean()),
	"{quantity}": z.record(z.string(), quantity),
	"{[string]}": z.record(z.string(), z.array(z.string()).nullable()),
};

function within(least: number, most: number): z.ZodType {
	return integer.refine(
		(value) => Number(value) >= least && Number(value) <= most,
		`an integer from ${least} to ${most}`,
	);
}

function problemsOf(issue: z.core.$ZodIssue, shape: Shape, value: unknown): Located[] {
	const got = at(value, issue.path);
	if (isUnknown(got) || isHole(value, issue.path)) return [];
	if (issue.code === "unrecognized_keys") {
		const names = Object.keys(shapeAt(shape, issue.path));
		return issue.keys.map((key) => {
			const path = [...issue.path, key];
			return { path, message: unknownField(key, names, movedFieldHint(joinPath(path))) };
		});
	}
	const wanted = issue.code === "custom" ? issue.message : expectation(issue);
	// The value of a variable may be a password.
	const isSecret = /Envs(\[\d+\](\.value)?)?$/.test(joinPath(issue.path));
	const message = isSecret
		? sentence({ expected: wanted, got: "something else" })
		: sentence({ expected: wanted, value: got, next: pairsHint(shapeAt(shape, issue.path.slice(0, -1)), issue, got) });
	return [{ path: issue.path, message }];
}

/** Returns the hint for a list of `{ name, value }` in the notation of an older API version. */
function pairsHint(holder: Shape, { path }: z.core.$ZodIssue, got: unknown): string | undefined {
	const last = path.at(-1);
	// The shape of a list's element is that of the list.
	if (typeof last === "number") return isPair(holder) ? pairHint(got) : undefined;
	const field = holder[String(last)];
	return field && isTuple(field) && isPair(field[1]) ? listOfPairsHint(got) : undefined;
}

function isPair(shape: Shape): boolean {
	return Object.keys(shape).join() === "name,value";
}

const articles: Readonly<Record<string, string>> = {
	string: "a string",
	boolean: "true or false",
	number: "a number",
	array: "a list",
	object: "an object",
	record: "an object",
};

function expectation(issue: z.core.$ZodIssue): string {
	if (issue.code === "invalid_type") return articles[issue.expected] ?? issue.expected;
	if (issue.code === "invalid_union") return "a number or a text such as 64Mi or 10s";
	return issue.message;
}

function visitStructures(
	shape: Shape,
	value: unknown,
	path: readonly PropertyKey[],
	report: (path: readonly PropertyKey[]) => void,
): void {
	if (typeof value !== "object" || value === null) return;
	for (const [name, field] of Object.entries(shape)) {
		const item = (value as Record<string, unknown>)[name];
		const here = [...path, name];
		const isText = typeof field === "string" && !/^[[{]/.test(parseScalar(field).base);
		if (isUnknown(item) && !isText) report(here);
		else if (typeof field === "string") continue;
		else if (!isTuple(field)) visitStructures(field, item, here, report);
		else if (field[0] === "struct?") visitStructures(field[1], item, here, report);
		else if (Array.isArray(item)) {
			for (const [index, element] of item.entries()) {
				if (isUnknown(element)) report([...here, index]);
				else visitStructures(field[1], element, [...here, index], report);
			}
		}
	}
}

/** Whether a wrong element of a list was removed. */
function isHole(value: unknown, path: readonly PropertyKey[]): boolean {
	const list = at(value, path.slice(0, -1));
	return Array.isArray(list) && !(path.at(-1)! in list);
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>(
		(holder, key) => (typeof holder === "object" && holder !== null ? Reflect.get(holder, key) : holder),
		value,
	);
}

function shapeAt(shape: Shape, path: readonly PropertyKey[]): Shape {
	let here = shape;
	for (const key of path) {
		if (typeof key === "number") continue;
		const field = here[String(key)];
		if (typeof field === "object") here = isTuple(field) ? field[1] : field;
	}
	return here;
}

function isTuple(field: FieldShape): field is readonly ["struct?" | "list?" | "list", Shape] {
	return Array.isArray(field);
}
