import type { Random } from "./random";

/** A scalar whose text stands in the file as it is: `0x1F`, `yes`, `!!str 5`. */
export class Raw {
	readonly text: string;
	constructor(text: string) {
		this.text = text;
	}
}

/** How a document is written: YAML knows several ways to say the same. */
export type Style = "block" | "flow" | "lines" | "json" | "quoted";

const styles: readonly Style[] = ["block", "flow", "lines", "json", "quoted"];

/** Ends a key that stands in its mapping once more: `name`, `name\u0000again`. */
export const again = "\u0000again";

/** Documents as the text of one file. */
export function textOf(documents: readonly unknown[], style: Style = "block"): string {
	return documents.map((document) => write(document, style)).join("---\n");
}

/** One of the styles; most files are in blocks. */
export function pickStyle(random: Random): Style {
	return random.chance(0.6) ? "block" : random.pick(styles);
}

function write(document: unknown, style: Style): string {
	if (style === "json") return `${flow(document, style)}\n`;
	if (!isStructure(document)) return `${scalar(document, style)}\n`;
	return block(document, 0, style);
}

function block(value: object, indent: number, style: Style): string {
	const margin = " ".repeat(indent);
	if (Array.isArray(value)) {
		return value.map((item) => `${margin}-${under(item, indent + 2, style)}`).join("");
	}
	return entriesOf(value)
		.map(([name, item]) => `${margin}${key(name, style)}:${under(item, indent + 2, style)}`)
		.join("");
}

/** What follows a key's colon or a list's dash. */
function under(value: unknown, indent: number, style: Style): string {
	const isFlow = style === "flow" || style === "lines" || (isStructure(value) && entriesOf(value).length === 0);
	if (isStructure(value))
		return isFlow ? ` ${flow(value, style === "lines" ? style : "flow")}\n` : `\n${block(value, indent, style)}`;
	return ` ${scalar(value, style)}\n`;
}

function flow(value: unknown, style: Style): string {
	if (!isStructure(value)) return scalar(value, style);
	// Each item begins a line, and so does the bracket that ends them.
	const [edge, between] = style === "lines" ? ["\n", ",\n"] : ["", ", "];
	if (Array.isArray(value)) return `[${edge}${value.map((item) => flow(item, style)).join(between)}${edge}]`;
	const pairs = entriesOf(value).map(([name, item]) => `${key(name, style)}: ${flow(item, style)}`);
	return `{${edge}${pairs.join(between)}${edge}}`;
}

function entriesOf(value: object): [string, unknown][] {
	return Object.entries(value).filter(([, item]) => item !== undefined);
}

function key(name: string, style: Style): string {
	return scalar(name.replace(again, ""), style);
}

const plain = /^[A-Za-z/][A-Za-z0-9./_-]*$/;
const meansSomethingElse = /^(y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

function scalar(value: unknown, style: Style): string {
	if (value instanceof Raw) return value.text;
	if (typeof value !== "string") return JSON.stringify(value) ?? "null";
	const isPlain = plain.test(value) && !meansSomethingElse.test(value);
	if (isPlain && (style === "block" || style === "flow" || style === "lines")) return value;
	const quotable = /^[\x20-\x7e]*$/.test(value);
	if (style === "quoted" && quotable) return `'${value.replaceAll("'", "''")}'`;
	return quoted(value);
}

/** Double quotes, with nothing in them that a YAML reader would not let through. */
function quoted(value: string): string {
	return JSON.stringify(value).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, (letter) => {
		return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
	});
}

function isStructure(value: unknown): value is object {
	return typeof value === "object" && value !== null && !(value instanceof Raw);
}
