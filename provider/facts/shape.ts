/**
 * How a Go type of the Kubernetes configuration API is written as JSON. One notation serves types, validation and
 * printing:
 *
 * - `"string"`, `"bool"`, `"int"`, `"float"`, `"duration"`, `"quantity"`: a value, printed even if it is zero;
 * - `"{string}"`, `"{bool}"`, `"{quantity}"`, `"{[string]}"`: maps; `"[string]"`, `"[int]"`: lists;
 * - a leading `*`: a pointer, so that zero and absent differ; a trailing `?`: `omitempty`;
 * - an object: a struct, always printed; `["struct?", shape]`: one that may be absent; `["list?", shape]`: a list of
 *   structs.
 */
export type Shape = { readonly [field: string]: FieldShape };
export type FieldShape = Scalar | Shape | readonly ["struct?" | "list?", Shape];
export type Scalar = `${"*" | ""}${Base}${"?" | ""}`;
export type Base = keyof Bases;

interface Bases {
	string: string;
	bool: boolean;
	int: number;
	float: number;
	/** `"1h30m"`, `"10s"`. */
	duration: string;
	/** `"50Mi"`. */
	quantity: string | number;
	/** Nanoseconds, or a duration. */
	nanoseconds: number | string;
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
		: F extends readonly ["list?", infer S extends Shape]
			? ValueOf<S>[]
			: F extends Shape
				? ValueOf<F>
				: never;
type BaseOf<F extends string> = F extends `*${infer R}`
	? BaseOf<R>
	: F extends `${infer R}?`
		? BaseOf<R>
		: F extends Base
			? F
			: never;

/** The parts of a scalar's notation. */
export function parseScalar(scalar: Scalar): { pointer: boolean; base: Base; omitEmpty: boolean } {
	const pointer = scalar.startsWith("*");
	const omitEmpty = scalar.endsWith("?");
	return { pointer, base: scalar.slice(pointer ? 1 : 0, omitEmpty ? -1 : undefined) as Base, omitEmpty };
}
