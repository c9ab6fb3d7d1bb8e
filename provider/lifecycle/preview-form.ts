import { isDeepStrictEqual } from "node:util";
import { dump, load } from "js-yaml";
import { hasUnknowns, isUnknown, UNKNOWN } from "../facts/unknown";
import { fromYaml, toYaml } from "../go/yaml/write";
import type { KubernetesObject } from "../render/kubernetes-object";
import { impliedBy, impliedByKind } from "./implied-fields";
import { connectionSecrets } from "./shape";

/**
 * Converts an input to its preview form: the form in which the engine stores, compares and prints it. A preview is short
 * and shows differences by name. `fromPreviewForm` restores the input exactly.
 *
 * - A list or object becomes one line of YAML where it fits: `{path: /livez, port: 6443}`.
 * - A longer list of items with names becomes an object with keys such as `[name=etcd]`.
 * - A longer list of words becomes an object with keys such as `[api.example.org]`, as far as the words are in the alphabet's order.
 * - A list of flags becomes an object with keys such as `--data-dir`, and the program under `program`. Flags behind those in the
 *   alphabet's order, as `extraArgs` are, have keys such as `--v (at the end)`.
 * - A list of Kubernetes objects becomes an object with keys such as `ConfigMap kube-system/kubeadm-config`.
 * - A period of validity in whole days becomes `validity (days)`.
 * - YAML text becomes the object that the text describes, under its key with ` (yaml)` after it.
 * - An object that holds more than lines becomes entries whose keys are paths, such as `spec > containers`, of up to 80
 *   characters.
 * - Fields that other fields imply are left out.
 *
 * Values that are not known yet are `UNKNOWN`, element by element, and `(unknown)` in a line.
 */
export function toPreviewForm(input: unknown): unknown {
	const form = folded(formOf(input));
	return hasUnknowns(input) || isFormOf(form, input) ? form : { [EXACT]: JSON.stringify(input) };
}

/**
 * Restores an input from its preview form. A value that is not in a preview form is returned with its content
 * unchanged.
 */
export function fromPreviewForm(form: unknown): unknown {
	const isExact = isObject(form) && Object.keys(form).length === 1 && typeof form[EXACT] === "string";
	return isExact ? JSON.parse(form[EXACT] as string) : restored(form);
}

/** Whether a form gives its input back. An input may look like a form, or lack what its other fields imply. */
function isFormOf(form: unknown, input: unknown): boolean {
	try {
		return isDeepStrictEqual(restored(form), input);
	} catch {
		return false;
	}
}

function restored(form: unknown): unknown {
	if (typeof form === "string") return fromText(form);
	if (Array.isArray(form)) return form.map(restored);
	if (!isObject(form)) return form;
	if (Object.keys(form).some((key) => key.includes(PATH))) return restored(unfolded(form));
	const list = listForms.find(({ isForm }) => isForm(form));
	if (list) return list.read(form);
	const fields = Object.entries(form).flatMap(([key, value]) => readEntry(key, value));
	return withImplied(inSeconds(Object.fromEntries(fields)));
}

/** Separator of the keys in a path. */
export const PATH = " > ";

/** Characters of the longest path. The one of the ClusterConfiguration in its ConfigMap has 73. */
const LONGEST_PATH = 80;

/** Key of the JSON text of an input that has no other form. */
const EXACT = "(exact)";

/** Characters of the longest line. Pulumi cuts longer ones off. */
const LINE = 150;

/** An unknown value in a line. The engine marks only whole values as unknown. */
const UNKNOWN_IN_LINE = "(unknown)";

/** First characters of a line, and the character that marks any other text with such a beginning. */
const begins = /^[[{\\]/;

/** Mark behind the key of a YAML text. */
const YAML = " (yaml)";

/** Key of the entry with the names of all fields of the value "0s", which kubeadm writes for durations that are not set. */
const ZERO = "(0s)";

/** Key of a period of validity in days, which is kept in seconds. */
const DAYS = "validity (days)";

const DAY_SECONDS = 86_400;

/** Key of the entry with the names of Kubernetes objects in the order in which they are applied. */
const ORDER = "order";

/** Key of the entry with the words that follow those in the alphabet's order. */
const REST = "rest";

type Mapping = Record<string, unknown>;

function fromText(text: string): unknown {
	if (!begins.test(text)) return text;
	if (text.startsWith("\\")) return text.slice(1);
	return mapped(loadLine(text), (value) => (isObject(value) ? withImplied(inSeconds(value)) : fromLine(value)));
}

function fromLine(value: unknown): unknown {
	return value === UNKNOWN_IN_LINE ? UNKNOWN : value;
}

function readEntry(key: string, value: unknown): [string, unknown][] {
	const input = restored(value);
	if (key === ZERO)
		return String(input)
			.split("\n")
			.map((name) => [name, "0s"]);
	return key.endsWith(YAML) ? [[key.slice(0, -YAML.length), toYaml(input)]] : [[key, input]];
}

/** The preview form of a value, in one line where it fits. */
function formOf(value: unknown): unknown {
	return (isCollection(value) ? lineOf(value) : undefined) ?? opened(value);
}

function lineOf(value: object): string | undefined {
	// Most values of a large input are too long at a glance: such a value is neither walked to its end nor dumped.
	if (roomAfter(LINE, value) < 0 || isKeptOpen("", value) || holds(value, isKeptOpen)) return undefined;
	const short = mapped(value, (item) =>
		isObject(item) ? inDays(withoutImplied(item)) : isUnknown(item) ? UNKNOWN_IN_LINE : item,
	);
	const line = dumpLine(JSON.stringify(short));
	return line.length <= LINE ? line : undefined;
}

/** Number of lines that this process remembers. The lines of many nodes are equal, and YAML takes most of a check's time. */
const REMEMBERED = 2000;

/** The value that a line describes. The result is shared, and must not be changed. */
const loadLine = remembering((text) => load(text));

/** The line of a value that is given as JSON. */
const dumpLine = remembering((json) =>
	dump(JSON.parse(json), { flowLevel: 0, lineWidth: -1, sortKeys: true, noRefs: true }).trimEnd(),
);

/** Remembers the results of a function. */
function remembering<T>(make: (text: string) => T): (text: string) => T {
	const results = new Map<string, T>();
	return (text) => {
		const known = results.get(text);
		if (known !== undefined) return known;
		const made = make(text);
		if (results.size >= REMEMBERED) results.clear();
		results.set(text, made);
		return made;
	};
}

/** Characters that a value leaves of a line at most, or a negative number as soon as the value cannot fit. */
function roomAfter(room: number, value: unknown): number {
	if (typeof value === "string") return room - (isUnknown(value) ? UNKNOWN_IN_LINE : value).length;
	if (typeof value !== "object" || value === null) return room - 1;
	let left = room;
	for (const [key, item] of Object.entries(isObject(value) ? withoutImplied(value) : value)) {
		left = roomAfter(Array.isArray(value) ? left : left - key.length, item);
		if (left < 0) break;
	}
	return left;
}

/** Whether a part of a value has a form of its own, or must keep its place because it is a secret. */
function isKeptOpen(key: string, value: unknown): boolean {
	if (isSecret(key)) return true;
	if (typeof value === "string") return value.includes("\n") || value === UNKNOWN_IN_LINE;
	return Array.isArray(value) && flags.fits(value);
}

/** Whether a field is a secret of a connection. The engine keeps it secret by its path, which must not change. */
function isSecret(key: string): boolean {
	return (connectionSecrets as readonly string[]).includes(key);
}

/** The preview form of a value that is not printed in one line itself. */
function opened(value: unknown): unknown {
	if (isUnknown(value)) return UNKNOWN;
	if (typeof value === "string") return begins.test(value) ? `\\${value}` : value;
	if (Array.isArray(value))
		return listForms.find(({ fits }) => fits(value))?.write(value as never) ?? value.map(formOf);
	if (!isObject(value)) return value;
	const shown = Object.entries(inDays(withoutImplied(value)));
	const zeros = shown.filter(([, item]) => item === "0s").map(([key]) => key);
	if (zeros.length < 3) return Object.fromEntries(shown.map(writeEntry));
	const others = shown.filter(([key]) => !zeros.includes(key));
	return { [ZERO]: zeros.sort().join("\n"), ...Object.fromEntries(others.map(writeEntry)) };
}

function writeEntry([key, value]: [string, unknown]): [string, unknown] {
	if (typeof value !== "string" || !value.includes("\n")) return [key, formOf(value)];
	const parsed = parse(value);
	return isObject(parsed) && toYaml(parsed) === value ? [`${key}${YAML}`, opened(parsed)] : [key, opened(value)];
}

function parse(text: string): unknown {
	try {
		return fromYaml(text);
	} catch {
		return undefined;
	}
}

/**
 * Moves the entries of each object that holds further lists or objects, and no secret, up into the object around it, where no
 * path becomes too long: the engine prints all values of an object behind its longest key.
 */
function folded(form: unknown): unknown {
	if (Array.isArray(form)) return form.map(folded);
	if (!isObject(form)) return form;
	const entries = Object.entries(form).flatMap(([key, value]): [string, unknown][] => {
		const inner = folded(value);
		if (!isObject(inner) || !Object.values(inner).some(isCollection) || holds(inner, isSecret)) return [[key, inner]];
		const paths = Object.entries(inner).map(([path, item]): [string, unknown] => [`${key}${PATH}${path}`, item]);
		return paths.some(([path]) => path.length > LONGEST_PATH) ? [[key, inner]] : paths;
	});
	return Object.fromEntries(entries);
}

function unfolded(form: Mapping): Mapping {
	const root: Mapping = {};
	for (const [path, value] of Object.entries(form)) {
		const keys = path.split(PATH);
		const last = keys.pop()!;
		let object = root;
		for (const key of keys) {
			object[key] ??= {};
			object = object[key] as Mapping;
		}
		object[last] = value;
	}
	return root;
}

/** One kind of list that becomes an object. */
interface ListForm {
	/** Whether a list is of this kind. */
	fits(list: unknown[]): boolean;
	write(list: never[]): Mapping;
	/** Whether an object stands for a list of this kind. */
	isForm(form: Mapping): boolean;
	read(form: Mapping): unknown[];
}

/** Kubernetes objects, by kind, namespace and name. */
const objects: ListForm = {
	fits: (list) => list.length > 0 && list.every(isKubernetesObject) && areNames(list.map(keyOfObject)),
	write(list: KubernetesObject[]) {
		const keys = list.map(keyOfObject);
		return {
			...(isSorted(keys) ? {} : { [ORDER]: keys.join("\n") }),
			...Object.fromEntries(list.map((object) => [keyOfObject(object), formOf(withoutKey(object))])),
		};
	},
	isForm: ({ [ORDER]: _, ...form }) => areKeys(form, /^[A-Z]\w* (?!\(yaml\)$)(\S+\/)?\S+$/),
	read({ [ORDER]: order, ...form }) {
		const keys = typeof order === "string" ? order.split("\n") : Object.keys(form).sort();
		return keys.map((key) => {
			const [kind, path] = key.split(" ") as [string, string];
			const [name, namespace] = path.split("/").reverse();
			const { metadata, ...object } = merged(impliedByKind(kind), restored(form[key])) as Mapping;
			return { ...object, kind, metadata: { ...(metadata as object), name, ...(namespace ? { namespace } : {}) } };
		});
	},
};

/** A program with flags: ascending runs of flags, of which the first holds those that kubeadm writes. */
const flags: ListForm = {
	fits: (list) => {
		const [program, ...words] = list;
		if (typeof program !== "string" || program.startsWith("-") || words.length === 0) return false;
		return words.every((word) => typeof word === "string" && /^--[^=]+=/.test(word) && !isUnknown(flagName(word)));
	},
	write: ([program, ...words]: string[]) => ({
		program,
		...Object.fromEntries(
			ascendingRuns(words, flagName).flatMap((run, index) =>
				run.map((word) => [`${flagName(word)}${runMark(index)}`, opened(word.slice(flagName(word).length + 1))]),
			),
		),
	}),
	isForm: ({ program, ...form }) => typeof program === "string" && areKeys(form, /^--/),
	read: ({ program, ...form }) => {
		const words = Object.entries(form).map(([key, value]) => {
			const [, name, end, run = "1"] = flagKey.exec(key)!;
			return { name, run: end ? Number(run) : 0, value };
		});
		const inOrder = words.sort((one, other) => one.run - other.run || (one.name! < other.name! ? -1 : 1));
		return [program, ...inOrder.map(({ name, value }) => `${name}=${restored(value)}`)];
	},
};

/** Mark behind the name of a flag that stands behind the first run. */
function runMark(index: number): string {
	return index === 0 ? "" : index === 1 ? " (at the end)" : ` (at the end, ${index})`;
}

/** Key of a flag. */
const flagKey = /^(.*?)( \(at the end(?:, (\d+))?\))?$/s;

/** Splits words into parts each of which ascends by a name. */
function ascendingRuns(words: readonly string[], nameOf: (word: string) => string): string[][] {
	const runs: string[][] = [];
	for (const word of words) {
		const last = runs.at(-1);
		if (last && nameOf(last.at(-1)!) < nameOf(word)) last.push(word);
		else runs.push([word]);
	}
	return runs;
}

/** Key of an item with a name. */
const itemKey = /^\[(name|mountPath|key)=(.*)\]$/s;

/** Items with names of their own. */
const items: ListForm = {
	fits: (list) => list.length > 0 && nameField(list) !== undefined,
	write(list: Mapping[]) {
		const field = nameField(list)!;
		return Object.fromEntries(list.map(({ [field]: name, ...item }) => [`[${field}=${name}]`, formOf(item)]));
	},
	isForm: (form) => areKeys(form, itemKey),
	read: (form) =>
		Object.entries(form)
			.map(([key, item]) => ({ item, field: itemKey.exec(key)![1]!, name: itemKey.exec(key)![2]! }))
			.sort((one, other) => (one.name < other.name ? -1 : 1))
			.map(({ item, field, name }) => ({ [field]: name, ...(restored(item) as Mapping) })),
};

/** Key of a word. */
const wordKey = /^\[(.*)\]$/s;

/** Words that differ from each other and begin in the alphabet's order, such as the names in a certificate, which addresses follow. */
const words: ListForm = {
	fits: (list) =>
		areNames(list) &&
		list.every((word) => typeof word === "string" && /^[^\s=]+$/.test(word)) &&
		sortedPart(list as string[]).length > 1,
	write(list: string[]) {
		const sorted = sortedPart(list);
		const rest = list.slice(sorted.length);
		return {
			...Object.fromEntries(sorted.map((word) => [`[${word}]`, true])),
			...(rest.length > 0 ? { [REST]: formOf(rest) } : {}),
		};
	},
	isForm: ({ [REST]: _, ...form }) => areKeys(form, wordKey) && Object.values(form).every((value) => value === true),
	read({ [REST]: rest, ...form }) {
		const sorted = Object.keys(form).map((key) => wordKey.exec(key)![1]!);
		return [...sorted.sort(), ...(rest === undefined ? [] : (restored(rest) as unknown[]))];
	},
};

/** The words at the beginning of a list that are in the alphabet's order. */
function sortedPart(list: readonly string[]): readonly string[] {
	const end = list.findIndex((word, index) => index > 0 && word < list[index - 1]!);
	return end < 0 ? list : list.slice(0, end);
}

const listForms = [objects, flags, items, words];

function nameField(list: unknown[]): string | undefined {
	return ["name", "mountPath", "key"].find((field) => {
		const names = list.map((item) => (isObject(item) ? item[field] : undefined));
		return names.every((name) => typeof name === "string") && areNames(names) && isSorted(names);
	});
}

function flagName(word: string): string {
	return word.split("=", 1)[0]!;
}

/** Names an object in a preview by its kind, namespace and name: `ConfigMap kube-system/kubeadm-config`. */
export function keyOfObject({ kind, metadata }: KubernetesObject): string {
	return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

function withoutKey({ kind, metadata: { name: _, namespace: _namespace, ...metadata }, ...object }: KubernetesObject) {
	const rest = Object.keys(metadata).length > 0 ? { ...object, metadata } : object;
	return without(impliedByKind(kind), rest);
}

/** Removes the fields of an object that its other fields imply. */
function withoutImplied(value: Mapping): Mapping {
	return without(impliedBy(value), value) as Mapping;
}

function withImplied(value: Mapping): Mapping {
	return { ...impliedBy(value), ...value };
}

/** Removes fields that have the given values, at any depth. */
function without(fields: unknown, value: unknown): unknown {
	if (!isObject(fields) || !isObject(value)) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key, item]) => !isDeepStrictEqual(item, fields[key]))
			.map(([key, item]) => [key, without(fields[key], item)]),
	);
}

/** Adds fields that a value does not have, at any depth. */
function merged(fields: unknown, value: unknown): unknown {
	if (!isObject(fields) || !isObject(value)) return value === undefined ? fields : value;
	const keys = [...new Set([...Object.keys(fields), ...Object.keys(value)])];
	return Object.fromEntries(keys.map((key) => [key, merged(fields[key], value[key])]));
}

function inDays({ validity, ...fields }: Mapping): Mapping {
	if (validity === undefined) return fields;
	const days = typeof validity === "number" ? validity / DAY_SECONDS : 0;
	return days > 0 && Number.isInteger(days) ? { ...fields, [DAYS]: days } : { ...fields, validity };
}

function inSeconds({ [DAYS]: days, ...fields }: Mapping): Mapping {
	return typeof days === "number" ? { ...fields, validity: days * DAY_SECONDS } : fields;
}

/** Copies a value and converts each of its parts, the inner ones first. */
function mapped(value: unknown, convert: (part: unknown) => unknown): unknown {
	if (Array.isArray(value)) return value.map((item) => mapped(item, convert));
	if (!isObject(value)) return convert(value);
	return convert(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, convert)])));
}

function holds(value: unknown, test: (key: string, value: unknown) => boolean): boolean {
	if (typeof value !== "object" || value === null) return false;
	return Object.entries(value).some(([key, item]) => test(key, item) || holds(item, test));
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
	if (!isObject(value) || typeof value["kind"] !== "string") return false;
	const { metadata } = value;
	return isObject(metadata) && typeof metadata["name"] === "string";
}

/** Whether a value is a list or an object with something in it. */
function isCollection(value: unknown): value is object {
	return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function areKeys(form: Mapping, pattern: RegExp): boolean {
	const keys = Object.keys(form);
	return keys.length > 0 && keys.every((key) => pattern.test(key));
}

/** Whether names are known, and each differs from the others. */
function areNames(names: readonly unknown[]): boolean {
	return new Set(names).size === names.length && !names.some(isUnknown);
}

function isSorted(names: readonly unknown[]): boolean {
	return isDeepStrictEqual(names, [...names].sort());
}

function isObject(value: unknown): value is Mapping {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
