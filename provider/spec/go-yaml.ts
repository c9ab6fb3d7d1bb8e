import { defineScalarTag, FAILSAFE_SCHEMA, loadAll, mergeTag, NOT_RESOLVED, parseEvents, YAMLException } from "js-yaml";
import { refuseTabs } from "./go-yaml-tabs";
import { NumberText } from "./number-text";

/**
 * One YAML document as Kubernetes reads it: YAML 1.1 without its numbers in base 60, and without times. `yes` and `on`
 * are true, `0644` is octal, keys are texts.
 *
 * Source: resolve in go.yaml.in/yaml/v2, resolve.go; YAMLToJSON in sigs.k8s.io/yaml.
 * @throws for text that is none
 */
export function readGoYaml(text: string): unknown {
	// Comments alone are null.
	const yaml = asStrictYaml(text);
	refuseTabs(yaml);
	return loadAll(yaml, { schema })[0] ?? null;
}

/**
 * The same as js-yaml reads it. Go needs no space between a quoted text, or a list or mapping in brackets, and a comment,
 * nor any indentation within these.
 */
export function asStrictYaml(text: string): string {
	try {
		parseEvents(text, {});
	} catch (error) {
		if (!(error instanceof YAMLException)) throw error;
		const at = error.mark?.position ?? -1;
		// What was refused stands there: so mended, it can't be again.
		if (text[at] === "#" && text[at - 1] !== " ") return asStrictYaml(`${text.slice(0, at)} ${text.slice(at)}`);
		const line = text.lastIndexOf("\n", at - 1) + 1;
		const deep = " ".repeat(1 + Math.max(...text.split("\n").map((other) => other.search(/[^ ]|$/))));
		const isMarker = /^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(line, line + 4));
		if (error.reason === "deficient indentation" && !isMarker && !text.startsWith(deep, line))
			return asStrictYaml(text.slice(0, line) + deep + text.slice(line).trimStart());
	}
	return text;
}

const words: readonly (readonly [value: unknown, spellings: string])[] = [
	[true, "y Y yes Yes YES true True TRUE on On ON"],
	[false, "n N no No NO false False FALSE off Off OFF"],
	[null, "~ null Null NULL"],
];
const meanings = new Map<string, unknown>([
	["", null],
	...words.flatMap(([value, spellings]) => spellings.split(" ").map((word) => [word, value] as const)),
]);

/** Tags of YAML for what a plain text can stand for. */
const plain = (tag: string, resolve: (text: string) => unknown, identify: (value: unknown) => boolean) =>
	defineScalarTag(`tag:yaml.org,2002:${tag}`, {
		implicit: true,
		resolve: (text: string) => {
			const value = resolve(text);
			return value === undefined ? NOT_RESOLVED : value;
		},
		identify,
		represent: String,
	});

const load = (tag: string, resolve: (text: string) => unknown, matchByTagPrefix = false) =>
	defineScalarTag(tag, { resolve, matchByTagPrefix, identify: () => false });

const base64 = /^(?:[\w+/]{4}|\s)*(?:[\w+/]{2}==|[\w+/]{3}=)?\s*$/;

const word = (text: string, type: (value: unknown) => boolean) =>
	meanings.has(text) && type(meanings.get(text)) ? meanings.get(text) : undefined;
const isNull = (value: unknown) => value === null;
const isBoolean = (value: unknown) => typeof value === "boolean";

const schemaOf = (number: (text: string) => unknown) =>
	FAILSAFE_SCHEMA.withTags(
		plain("null", (text) => word(text, isNull), isNull),
		plain("bool", (text) => word(text, isBoolean), isBoolean),
		plain("int", integer, Number.isInteger),
		plain("float", number, (value) => typeof value === "number"),
		load("tag:yaml.org,2002:binary", (text) =>
			base64.test(text) ? Buffer.from(text, "base64").toString() : NOT_RESOLVED,
		),
		// A tag of one's own says nothing.
		load("!", (text) => text, true),
		mergeTag,
	);

/** How plain texts are read. */
export const schema = schemaOf(float);

/** The same in JSON, whose numbers Go reads as they are written: `1.0` is no integer. */
export const jsonSchema = schemaOf((text) => (Number.isInteger(float(text)) ? new NumberText(text) : float(text)));

/** Go's notations of integers. */
function integer(text: string): number | NumberText | undefined {
	if (!/^[-+]?\d/.test(text)) return undefined;
	const [, sign, digits = ""] = /^([-+]?)(.*)$/.exec(text.replaceAll("_", "")) ?? [];
	const usual = /^0\d+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
	if (!/^(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|0|[1-9]\d*)$/.test(usual)) return undefined;
	const value = (sign === "-" ? -1 : 1) * Number(usual);
	// Beyond 64 bits it is a float in Go too.
	return Number.isSafeInteger(value) || Math.abs(value) >= 2 ** 64
		? value
		: new NumberText(`${sign === "-" ? "-" : ""}${BigInt(usual)}`);
}

function float(text: string): number | undefined {
	if (!/^[-+.\d]/.test(text)) return undefined;
	if (/^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(text))
		throw new YAMLException(`${text} is a number that JSON has not`);
	const digits = text.startsWith(".") ? text : text.replaceAll("_", "");
	if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(digits)) return undefined;
	const value = Number(digits);
	return Number.isFinite(value) ? value : undefined;
}
