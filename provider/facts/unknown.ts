/**
 * What stands in a preview for a value that is not known before `pulumi up` (say, the address of a machine that the
 * same program makes). The engine hands it to a provider as this string, whatever the value's type, and shows
 * `[unknown]` for it when it comes back as a whole value.
 *
 * Source: `UnknownStringValue` in pulumi/sdk/go/common/resource/plugin/rpc.go.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is, or as text contains, something that is not known yet. */
export function isUnknown(value: unknown): boolean {
	return typeof value === "string" && value.includes(UNKNOWN);
}

/** Whether anything inside a value, at any depth, is not known yet. */
export function hasUnknowns(value: unknown): boolean {
	if (Array.isArray(value)) return value.some(hasUnknowns);
	if (typeof value === "object" && value !== null) return Object.values(value).some(hasUnknowns);
	return isUnknown(value);
}

/** The same value, in which each text that contains something unknown is unknown as a whole: `--a=<unknown>:6443` cannot be shown in part. */
export function maskUnknowns<T>(value: T): T {
	if (Array.isArray(value)) return value.map(maskUnknowns) as T;
	if (typeof value === "object" && value !== null) {
		return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskUnknowns(item)])) as T;
	}
	return isUnknown(value) ? (UNKNOWN as T) : value;
}
