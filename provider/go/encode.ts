import { type FieldShape, parseScalar, type Scalar, type Shape } from "../facts/types/shape";
import { isUnknown } from "../facts/unknown";
import { normalizeDuration } from "./duration";
import { normalizeQuantity } from "./quantity";
import { normalizeTime } from "./time";
import { zeroValues } from "./zero-values";

/** A value as Go writes its type to JSON: zeros and empty structs that `omitempty` does not leave out are there. */
export function encode(shape: Shape, value: object | undefined): Record<string, unknown> {
	const entries = Object.entries(shape)
		.map(([name, field]) => [name, encodeField(field, (value as Record<string, unknown> | undefined)?.[name])] as const)
		.filter(([, item]) => item !== undefined);
	return Object.fromEntries(entries);
}

function encodeField(field: FieldShape, value: unknown): unknown {
	if (typeof field === "string") return isUnknown(value) ? value : encodeScalar(field, value);
	if (!Array.isArray(field)) return encode(field as Shape, value as object | undefined);
	const [kind, shape] = field as readonly ["struct?" | "list?" | "list", Shape];
	if (kind === "list") return (value as object[] | undefined)?.map((item) => encode(shape, item)) ?? null;
	if (value === undefined) return undefined;
	if (kind === "struct?") return encode(shape, value as object);
	const items = value as readonly object[];
	return items.length === 0 ? undefined : items.map((item) => encode(shape, item));
}

function encodeScalar(scalar: Scalar, value: unknown): unknown {
	const { pointer, base, omitEmpty } = parseScalar(scalar);
	if (value === undefined && pointer) return omitEmpty ? undefined : null;
	const fieldValue = value ?? zeroValues[base];
	if (omitEmpty && !pointer && isEmpty(fieldValue)) return undefined;
	if (base === "duration") return normalizeDuration(String(fieldValue));
	if (base === "time" && fieldValue !== null) return normalizeTime(fieldValue as string);
	if (base === "float32") return shortest(fieldValue as number);
	if (base === "quantity") return normalizeQuantity(String(fieldValue));
	if (base === "nanoseconds" && typeof fieldValue === "string") return normalizeDuration(fieldValue);
	if (base === "{quantity}" && fieldValue) {
		return Object.fromEntries(
			Object.entries(fieldValue).map(([name, amount]) => [name, normalizeQuantity(String(amount))]),
		);
	}
	return fieldValue;
}

/** The fewest digits that are still the same number of 32 bits. Source: floatEncoder, encoding/json. */
function shortest(value: number): number {
	const single = Math.fround(value);
	const digits = Array.from({ length: 9 }, (_, index) => Number(single.toPrecision(index + 1)));
	return digits.find((candidate) => Math.fround(candidate) === single)!;
}

function isEmpty(value: unknown): boolean {
	if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
	return !value;
}
