/**
 * Placeholder of a value that is unknown in a preview, for example the address of a machine that the program creates. The
 * engine passes this string to a provider, whatever the value's type, and shows `[unknown]` where it is returned as a whole
 * value.
 *
 * Source: `UnknownStringValue` in pulumi/sdk/go/common/resource/plugin/rpc.go.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is the placeholder, or a text that contains it. */
export function isUnknown(value: unknown): boolean {
	return typeof value === "string" && value.includes(UNKNOWN);
}

/** Whether a value contains an unknown at any depth. */
export function hasUnknowns(value: unknown): boolean {
	if (Array.isArray(value)) return value.some(hasUnknowns);
	if (typeof value === "object" && value !== null) return Object.values(value).some(hasUnknowns);
	return isUnknown(value);
}

/** Copies a value, and makes each text that contains an unknown unknown as a whole. A flag keeps its name. */
export function maskUnknowns<T>(value: T): T {
	if (Array.isArray(value)) return value.map(maskUnknowns) as T;
	if (typeof value === "object" && value !== null) {
		return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskUnknowns(item)])) as T;
	}
	if (typeof value !== "string" || !isUnknown(value)) return value;
	return `${/^--[^=]+=/.exec(value)?.[0] ?? ""}${UNKNOWN}` as T;
}
