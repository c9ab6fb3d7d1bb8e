import { z } from "zod";
import { type Base, type FieldShape, parseScalar, type Shape } from "../facts/shape";
import { isUnknown } from "../facts/unknown";
import { parseDuration } from "./duration";
import { joinPath, nearestName, type Problem, show } from "./problems";
import { parseQuantity } from "./quantity";

/** What is wrong with the form of a value: wrong types and unknown fields. What is not known yet is no problem. */
export function structureProblems(shape: Shape, value: unknown): Problem[] {
	const result = schemaOf(shape).safeParse(value);
	if (result.success) return [];
	return result.error.issues.flatMap((issue) => problemsOf(issue, shape, value));
}

/** Paths of objects, lists and maps that are not known yet in one piece. */
export function structuralUnknowns(shape: Shape, value: unknown): string[] {
	const found: string[] = [];
	visitStructures(shape, value, [], (path) => found.push(joinPath(path)));
	return found;
}

/** A copy without the objects, lists and maps that are not known yet in one piece. */
export function withoutStructuralUnknowns<T>(shape: Shape, value: T): T {
	const copy = structuredClone(value);
	const unknown: (readonly PropertyKey[])[] = [];
	visitStructures(shape, copy, [], (path) => unknown.push(path));
	for (const path of unknown.reverse()) {
		const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], copy);
		const last = path.at(-1) as PropertyKey;
		if (Array.isArray(holder)) holder.splice(Number(last), 1);
		else delete (holder as Record<PropertyKey, unknown>)[last];
	}
	return copy;
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
	if (isTuple(field)) return field[0] === "list?" ? z.array(schemaOf(field[1])) : schemaOf(field[1]);
	return schemaOf(field);
}

const integer = z.unknown().refine(Number.isInteger, "an integer");
const duration = z.string().refine((text) => parseDuration(text) !== undefined, "a duration such as 1h30m or 10s");
const quantity = z
	.union([z.string(), z.number()])
	.refine((amount) => parseQuantity(String(amount)) !== undefined, "a quantity such as 500m or 64Mi");

const scalarSchemas: Record<Base, z.ZodType> = {
	string: z.string(),
	bool: z.boolean(),
	int: integer,
	float: z.number(),
	duration,
	quantity,
	nanoseconds: z.union([integer, duration]),
	"[string]": z.array(z.string()),
	"[int]": z.array(integer),
	"{string}": z.record(z.string(), z.string()),
	"{bool}": z.record(z.string(), z.boolean()),
	"{quantity}": z.record(z.string(), quantity),
	"{[string]}": z.record(z.string(), z.array(z.string())),
};

function problemsOf(issue: z.core.$ZodIssue, shape: Shape, value: unknown): Problem[] {
	const got = at(value, issue.path);
	if (isUnknown(got)) return [];
	if (issue.code === "unrecognized_keys") {
		const names = Object.keys(shapeAt(shape, issue.path));
		return issue.keys.map((key) => {
			const meant = nearestName(key, names);
			const hint = meant ? `did you mean "${meant}"?` : `known are ${names.join(", ")}`;
			return { path: joinPath([...issue.path, key]), message: `unknown field, ${hint}` };
		});
	}
	const expected = issue.code === "custom" ? issue.message : expectation(issue);
	return [{ path: joinPath(issue.path), message: `expected ${expected}, got ${show(got)}` }];
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

function isTuple(field: FieldShape): field is readonly ["struct?" | "list?", Shape] {
	return Array.isArray(field);
}
