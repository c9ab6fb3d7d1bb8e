import {
	defineMappingTag,
	defineScalarTag,
	defineSequenceTag,
	FAILSAFE_SCHEMA,
	mapTag,
	NOT_RESOLVED,
	seqTag,
	YAMLException,
} from "js-yaml";
import { parseTime } from "../time";
import { NumberText } from "./number-text";

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

const other = { matchByTagPrefix: true, identify: () => false };

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
		// Any other tag says nothing.
		["!", "tag:"].flatMap((prefix) => [
			load(prefix, (text) => text, true),
			defineSequenceTag(prefix, { ...seqTag, ...other }),
			defineMappingTag(prefix, { ...mapTag, ...other }),
		]),
		load("tag:yaml.org,2002:timestamp", (text) => (isTimestamp(text) ? text : NOT_RESOLVED)),
		// Two brackets merge what they are the key of; elsewhere the tag says nothing.
		defineScalarTag("tag:yaml.org,2002:merge", {
			implicit: true,
			implicitFirstChars: ["<"],
			resolve: (text, isExplicit) => (isExplicit || text === "<<" ? text : NOT_RESOLVED),
			identify: () => false,
		}),
	);

/** Source: parseTimestamp in go.yaml.in/yaml/v2, resolve.go. */
function isTimestamp(text: string): boolean {
	const form =
		/^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]| +(?=[\d:.,]+$))(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?((?:Z|[+-]\d\d:\d\d)?))?$/;
	const [, year, ...rest] = form.exec(text) ?? [];
	if (year === undefined) return false;
	const [month, day, hour = "00", minute = "00", second = "00"] = rest
		.slice(0, 5)
		.map((digits) => digits?.padStart(2, "0"));
	const zone = rest[5] || (text.toLowerCase().includes("t") ? "" : "Z");
	return parseTime(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`) !== undefined;
}

/**
 * Schema of plain scalars: YAML 1.1 without numbers in base 60 and without times. `yes` and `on` are true,
 * `0644` is octal, keys are texts.
 *
 * Source: resolve in go.yaml.in/yaml/v2, resolve.go.
 */
export const schema = schemaOf(float);

/** Schema of scalars in JSON, whose numbers Go reads as they are written: `1.0` is no integer. */
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
