/**
 * How a Go type of the Kubernetes configuration API is written as JSON. One notation serves types, validation and
 * printing:
 *
 * - `"string"`, `"bool"`, `"int"`, `"int64"`, `"uint"`, `"float"`, `"float32"`, `"time"`, `"duration"`, `"quantity"`: a value, printed
 *   even if it is zero;
 * - `"any"`: a text, an object or a list, taken as it is;
 * - `"{string}"`, `"{bool}"`, `"{quantity}"`, `"{[string]}"`: maps; `"[string]"`, `"[int]"`: lists;
 * - a leading `*`: a pointer, so that zero and absent differ; a trailing `?`: `omitempty`;
 * - an object: a struct, always printed; `["struct?", shape]`: one that may be absent; `["list?", shape]`: a list of
 *   structs; `["list", shape]`: one without `omitempty`;
 * - `from 1.36` at the end: a field that older minor releases do not know.
 *
 * The docstrings of its fields are what users see of them. A part from another file keeps them in the declarations only where its type
 * is named: `logging: logging as typeof logging`.
 */
export type Shape = { readonly [field: string]: FieldShape };
export type FieldShape = Scalar | Shape | readonly ["struct?" | "list?" | "list", Shape];
export type Scalar = `${"*" | ""}${Base}${"?" | ""}${` from 1.${number}` | ""}`;
export type Base = keyof Bases;

interface Bases {
	string: string;
	bool: boolean;
	/** 32 bits. */
	int: number;
	/** 64 bits. */
	int64: number;
	/** 32 bits, not negative. */
	uint: number;
	/** 64 bits. */
	float: number;
	float32: number;
	/** `"2030-01-01T00:00:00Z"`. */
	time: string;
	/** `"1h30m"`, `"10s"`. */
	duration: string;
	/** `"50Mi"`. */
	quantity: string | number;
	/** Nanoseconds, or a duration. */
	nanoseconds: number | string;
	/** A text, or an object or list of any form. */
	any: string | object;
	"[string]": string[];
	"[int]": number[];
	"{string}": Record<string, string>;
	"{bool}": Record<string, boolean>;
	"{quantity}": Record<string, string | number>;
	"{[string]}": Record<string, string[]>;
}

/** What a user may write for a shape: any part of it. */
export type ValueOf<S extends Shape> = { -readonly [K in keyof S]?: FieldValue<S[K]> };
type FieldValue<F> = F extends Scalar
	? Bases[BaseOf<F>]
	: F extends readonly ["struct?", infer S extends Shape]
		? ValueOf<S>
		: F extends readonly ["list?" | "list", infer S extends Shape]
			? ValueOf<S>[]
			: F extends Shape
				? ValueOf<F>
				: never;
type BaseOf<F extends string> = F extends `${infer R} from 1.${number}`
	? BaseOf<R>
	: F extends `*${infer R}`
		? BaseOf<R>
		: F extends `${infer R}?`
			? BaseOf<R>
			: F extends Base
				? F
				: never;

/** The parts of a scalar's notation. */
export function parseScalar(scalar: Scalar): { pointer: boolean; base: Base; omitEmpty: boolean; from?: string } {
	const [plain = "", from] = scalar.split(" from ");
	const pointer = plain.startsWith("*");
	const omitEmpty = plain.endsWith("?");
	return { pointer, base: plain.slice(pointer ? 1 : 0, omitEmpty ? -1 : undefined) as Base, omitEmpty, from };
}
