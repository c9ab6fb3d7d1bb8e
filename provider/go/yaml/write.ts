import { load } from "js-yaml";
import { writeScalar } from "./write-scalar";

/**
 * A value as kubeadm writes it: sigs.k8s.io/yaml byte for byte. Keys are sorted, lists are not indented, `undefined` is
 * left out. (No printer at hand has its order of keys, its quotes and its line breaks.)
 *
 * Source: sigs.k8s.io/yaml with go.yaml.in/yaml/v2, encode.go, emitterc.go and sorter.go.
 */
export function toYaml(value: unknown, { sortKeys = true }: { sortKeys?: boolean } = {}): string {
	return `${node(sortKeys ? sorted(value) : value, 0, 0, false).trimStart()}\n`;
}

/** Reads one YAML document. */
export function fromYaml(text: string): unknown {
	return load(text);
}

/**
 * YAML of a value behind a key's colon or a list's dash, with its leading blank or line break.
 * @param column where the text stands on its line
 */
function node(value: unknown, indent: number, column: number, inList: boolean): string {
	if (Array.isArray(value)) return value.length === 0 ? " []" : list(value, indent, inList);
	if (typeof value === "object" && value !== null) return mapping(value, indent, inList);
	return ` ${scalar(value, indent, column + 1)}`;
}

function list(items: readonly unknown[], indent: number, inList: boolean): string {
	return items
		.map((item, index) => {
			const start = inList && index === 0 ? " " : `\n${" ".repeat(indent)}`;
			return `${start}-${node(item, indent + 2, indent + 1, true)}`;
		})
		.join("");
}

function mapping(value: object | Map<string, unknown>, indent: number, inList: boolean): string {
	// An object would put keys that look like numbers first.
	const entries = (value instanceof Map ? [...value] : Object.entries(value)).filter(([, item]) => item !== undefined);
	if (entries.length === 0) return " {}";
	const margin = " ".repeat(indent);
	return entries
		.map(([name, item], index) => {
			const key = scalar(name, indent, indent, true);
			const start = inList && index === 0 ? " " : `\n${margin}`;
			// A list under a key stands at the key's own column.
			const depth = Array.isArray(item) ? indent : indent + 2;
			return `${start}${key}:${node(item, depth, indent + key.length + 1, false)}`;
		})
		.join("");
}

function scalar(value: unknown, indent: number, column: number, isKey = false): string {
	if (value === null || value === undefined) return "null";
	if (typeof value === "string") return writeScalar(value, { indent, column, isKey });
	return typeof value === "number" ? float(value) : String(value);
}

/** Go prints numbers outside 1e-4 … 1e21 with an exponent of at least two digits. */
function float(value: number): string {
	if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value).toString();
	const exponent = Math.floor(Math.log10(Math.abs(value)));
	if (exponent >= -4 && exponent < 21) return String(value);
	return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value).sort(([a], [b]) => compareKeys(a, b));
	return new Map(entries.map(([name, item]) => [name, sorted(item)]));
}

/** Letters come after all else, and numbers inside names count as numbers. */
function compareKeys(a: string, b: string): number {
	const [left, right] = [[...a], [...b]];
	for (let index = 0; index < Math.min(left.length, right.length); index++) {
		const [x = "", y = ""] = [left[index], right[index]];
		if (x === y) continue;
		const [isLetterX, isLetterY] = [/\p{L}/u.test(x), /\p{L}/u.test(y)];
		if (isLetterX && isLetterY) return codePoint(x) - codePoint(y);
		if (isLetterX || isLetterY) return isLetterX ? 1 : -1;
		return compareNumbers(left, right, index) || codePoint(x) - codePoint(y);
	}
	return left.length - right.length;
}

function compareNumbers(left: readonly string[], right: readonly string[], index: number): number {
	const isFraction = (left[index] === "0" || right[index] === "0") && followsNonZero(left, index);
	const [x, y] = [digitsFrom(left, index), digitsFrom(right, index)];
	const lead = isFraction ? "1" : "0";
	const difference = BigInt(lead + x) - BigInt(lead + y);
	return difference === 0n ? x.length - y.length : difference < 0n ? -1 : 1;
}

function followsNonZero(letters: readonly string[], index: number): boolean {
	for (let at = index - 1; at >= 0 && /\p{Nd}/u.test(letters[at] ?? ""); at--) if (letters[at] !== "0") return true;
	return false;
}

function digitsFrom(letters: readonly string[], index: number): string {
	let end = index;
	while (/\d/.test(letters[end] ?? "")) end++;
	return letters.slice(index, end).join("");
}

function codePoint(letter: string): number {
	return letter.codePointAt(0) ?? 0;
}
