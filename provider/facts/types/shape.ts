import { parseField } from "./notation";

/**
 * A Go struct of the Kubernetes configuration API as data. One shape serves TypeScript types, validation and printing. A
 * field is one of these:
 *
 * - a notation of notation.ts, such as `"*int?"`, `"[string]"` or `"string? from 1.36"`;
 * - a shape: a struct that is always printed; `["struct?", shape]`: a struct that may be absent;
 * - `["list?", shape]`: a list of structs that is left out when empty; `["list", shape]`: a list that is always printed.
 *
 * The fields' docstrings are what users see in their editor and in docs/kubeadm-configuration.md. TypeScript keeps the
 * docstrings of a shape from another file only where the shape's type is named: `logging: logging as typeof logging`.
 */
export type Shape = { readonly [field: string]: FieldShape };
/** Type of one field of a shape. */
export type FieldShape = Scalar | Shape | readonly ["struct?" | "list?" | "list", Shape];
/** Notation of a field that is neither a struct nor a list of structs. */
export type Scalar = `${"*" | ""}${Base}${"?" | ""}${` from 1.${number}` | ""}`;
/** Type of a scalar, without `*`, `?` and `from`. */
export type Base = keyof Bases;

/** TypeScript type of each base. */
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

/** TypeScript type of the values that a program may give for a shape. Every field is optional. */
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

/** Splits the notation of a field that is neither a struct nor a list of structs. `base` is the type without its marks. */
export function parseScalar(scalar: Scalar): { pointer: boolean; base: Base; omitEmpty: boolean; from?: string } {
	const { type, pointer, omitEmpty, from } = parseField(scalar);
	return { pointer, base: type as Base, omitEmpty, from };
}
