import type { Base } from "../facts/types/shape";

/** Go's zero value of each type of the notation, as JSON prints it. */
export const zeroValues = {
	string: "",
	bool: false,
	int: 0,
	int64: 0,
	uint: 0,
	float: 0,
	float32: 0,
	time: null,
	duration: "0s",
	quantity: "0",
	nanoseconds: 0,
	any: null,
	"[string]": null,
	"[int]": null,
	"{string}": null,
	"{bool}": null,
	"{quantity}": null,
	"{[string]}": null,
} as const satisfies Record<Base, unknown>;

/** Zero value of an element of a list or map; undefined for other types. */
export function elementZero(base: Base): unknown {
	return base in elementZeros ? elementZeros[base as keyof typeof elementZeros] : undefined;
}

const elementZeros = {
	"[string]": zeroValues.string,
	"[int]": zeroValues.int,
	"{string}": zeroValues.string,
	"{bool}": zeroValues.bool,
	"{quantity}": zeroValues.quantity,
	"{[string]}": null,
} as const;

/** Whether a value that a user wrote is its type's zero value, so that `omitempty` drops it. Times, durations and quantities are structs in Go, which `omitempty` keeps. */
export function isWrittenZero(base: Base, value: unknown): boolean {
	return !["time", "duration", "quantity"].includes(base) && value !== null && value === zeroValues[base];
}
