import { readGoYaml } from "../go/yaml/read";

/** Value of a YAML text as Kubernetes reads it; undefined for a text that Kubernetes refuses. */
export function yamlIn(text: string): { value: unknown } | undefined {
	try {
		const value = readGoYaml(text);
		return isTree(value) ? { value } : undefined;
	} catch {
		return undefined;
	}
}

/** Kind of a value, for messages. */
export function kindOf(value: unknown): string {
	if (value === null || value === undefined) return "nothing";
	if (Array.isArray(value)) return "a list";
	return typeof value === "object" ? "a mapping" : "a scalar";
}

/** Whether something is a mapping. */
export function isMapping(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Highest number of values in a file: more than any file of a node has, and quickly counted. */
const most = 100_000;

/**
 * Whether aliases neither refer to themselves nor multiply beyond `most` values. Go's YAML refuses both.
 *
 * Source: alias in go.yaml.in/yaml/v2, decode.go.
 */
function isTree(value: unknown): boolean {
	let count = 0;
	const isSound = (item: unknown, above: readonly unknown[]): boolean => {
		if (++count > most || above.includes(item)) return false;
		if (typeof item !== "object" || item === null) return true;
		return Object.values(item).every((each) => isSound(each, [...above, item]));
	};
	return isSound(value, []);
}
