import { type Base, type FieldShape, parseScalar, type Scalar, type Shape } from "../../facts/types/shape";
import { elementZero, isWrittenZero } from "../zero-values";
import { NumberText } from "./number-text";

/**
 * A value as Go has it once it is read: null is absent, and so is the zero of a field that has `omitempty` and is no
 * pointer; a text that is missing in an element of a list is empty. What has another form stays as it is.
 *
 * Source: encoding/json, which sigs.k8s.io/json follows.
 */
export function goValue<T>(shape: Shape, value: T): T {
	return (isObject(value) ? struct(shape, value) : value) as T;
}

function struct(shape: Shape, value: Record<string, unknown>, isElement = false): Record<string, unknown> {
	const read = Object.entries(value)
		.map(([name, item]) => [name, shape[name] === undefined ? item : ofField(shape[name], item)] as const)
		.filter(([, item]) => item !== undefined);
	const missing = Object.entries(shape).filter(([name, field]) => field === "string" && (value[name] ?? "") === "");
	return Object.fromEntries([...read, ...(isElement ? missing.map(([name]) => [name, ""] as const) : [])]);
}

function ofField(field: FieldShape, value: unknown): unknown {
	if (typeof field === "string") return scalar(field, value);
	if (value === null) return undefined;
	if (!Array.isArray(field)) return isObject(value) ? struct(field as Shape, value) : value;
	const [kind, shape] = field as Extract<FieldShape, readonly unknown[]>;
	if (kind === "struct?") return isObject(value) ? struct(shape, value) : value;
	if (!Array.isArray(value)) return value;
	return value.map((item) => (isObject(item ?? {}) ? struct(shape, item ?? {}, true) : item));
}

function scalar(field: Scalar, value: unknown): unknown {
	const { pointer, base, omitEmpty } = parseScalar(field);
	if (value instanceof NumberText) return ofNumberText(base, value);
	// A duration is asked to read null, and refuses.
	if (value === null) return base === "duration" && !pointer ? null : undefined;
	if (omitEmpty && !pointer && isWrittenZero(base, value)) return undefined;
	const zero = elementZero(base);
	if (Array.isArray(value)) return value.map((item) => item ?? zero);
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) => [
			name,
			base === "{[string]}" && Array.isArray(item)
				? item.map((text) => text ?? "")
				: base === "{quantity}" && item instanceof NumberText
					? item.text
					: (item ?? zero),
		]),
	);
}

/** The text of a number, where the text counts; elsewhere such a number is refused by its type. */
function ofNumberText(base: Base, value: NumberText): unknown {
	if (base === "quantity") return value.text;
	return base === "float" || base === "float32" ? Number(value.text) : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}
