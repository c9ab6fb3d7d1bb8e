import { eventsToAst, loadAll, type Node, SCALAR_STYLE, YAMLException } from "js-yaml";
import { firstDocument } from "../../go/yaml/first-document";
import { goEvents } from "../../go/yaml/read";
import { jsonSchema, schema } from "../../go/yaml/schema";
import { asStrictYaml } from "../../go/yaml/strict";
import { joinPath } from "../problems";

/** A parsed document. The last of several equal keys counts. */
export interface ReadText {
	value?: unknown;
	/** Paths of repeated keys. */
	duplicates: string[];
	/** Source text of unquoted scalars by path: `10.0` for the number 10. */
	plainScalars: ReadonlyMap<string, string>;
	/** Reason why the document cannot be read. */
	problem?: string;
}

/**
 * Reads a YAML or JSON document as Kubernetes does. A text that begins with a brace must be JSON; text after the first YAML
 * document is ignored.
 */
export function readDocument(text: string): ReadText {
	try {
		// A byte order mark is no space for Go: a text that begins with one is YAML.
		const isJson = /^[^\S\ufeff]*\{/.test(text);
		if (isJson) JSON.parse(text);
		const yaml = isJson ? text : firstDocument(asStrictYaml(text));
		const [document] = eventsToAst(goEvents(yaml), { source: yaml, schema });
		const circle = innerAlias(document?.contents ?? undefined, []);
		if (circle) return { ...nothing, problem: `the anchor ${circle} has itself in it` };
		if (hasNullKey(document?.contents ?? undefined)) return { ...nothing, problem: "a key is empty" };
		const [value = null] = loadAll(yaml, { schema: isJson ? jsonSchema : schema, json: true });
		return {
			value,
			duplicates: [...new Set(duplicatesIn(document?.contents ?? undefined, [], new Map()).map(joinPath))],
			plainScalars: new Map(plainScalarsIn(document?.contents ?? undefined, [])),
		};
	} catch (error) {
		// The excerpt in the error may hold a secret.
		if (error instanceof SyntaxError) return { ...nothing, problem: error.message.replace(/, (\.{3})?".*/s, "") };
		if (!(error instanceof YAMLException)) throw error;
		const { mark } = error;
		return { ...nothing, problem: `${error.reason}${mark ? ` in line ${mark.line + 1}` : ""}` };
	}
}

const nothing = { duplicates: [], plainScalars: new Map<string, string>() };

/** Returns the source text of unquoted scalars, by path. */
function plainScalarsIn(node: Node | undefined, path: readonly PropertyKey[]): [string, string][] {
	if (node?.kind === "sequence") return node.items.flatMap((item, index) => plainScalarsIn(item, [...path, index]));
	if (node?.kind === "mapping") {
		return node.items.flatMap(({ key, value }) =>
			key.kind === "scalar" ? plainScalarsIn(value, [...path, key.value]) : [],
		);
	}
	return node?.kind === "scalar" && node.style === SCALAR_STYLE.PLAIN ? [[joinPath(path), node.value]] : [];
}

/** Returns the name of an alias that is used inside its own anchor, or undefined. */
function innerAlias(node: Node | undefined, open: readonly string[]): string | undefined {
	if (node?.kind === "alias") return open.includes(node.anchor) ? node.anchor : undefined;
	const inside = node?.anchor ? [...open, node.anchor] : open;
	const below =
		node?.kind === "sequence"
			? node.items
			: node?.kind === "mapping"
				? node.items.flatMap(({ key, value }) => [key, value])
				: [];
	for (const each of below) {
		const circle = innerAlias(each ?? undefined, inside);
		if (circle) return circle;
	}
	return undefined;
}

/** Whether a key is not a text. Source: convertToJSONableObject in sigs.k8s.io/yaml. */
function hasNullKey(node: Node | undefined): boolean {
	if (node?.kind === "sequence") return node.items.some(hasNullKey);
	if (node?.kind !== "mapping") return false;
	return node.items.some(
		({ key, value }) => (key.kind === "scalar" && key.tag === "tag:yaml.org,2002:null") || hasNullKey(value),
	);
}

type Anchors = Map<string, Node>;

function duplicatesIn(node: Node | undefined, path: readonly PropertyKey[], anchors: Anchors): PropertyKey[][] {
	if (node && node.kind !== "alias" && node.anchor) anchors.set(node.anchor, node);
	if (node?.kind === "sequence")
		return node.items.flatMap((item, index) => duplicatesIn(item, [...path, index], anchors));
	if (node?.kind !== "mapping") return [];
	const knownKeys = new Set<string>();
	return node.items.flatMap(({ key, value }) => {
		const name = key.kind === "scalar" ? key.value : "";
		const names = name === "<<" ? mergedNames(value, anchors) : [name];
		const again = names.filter((each) => {
			const isAgain = knownKeys.has(each);
			knownKeys.add(each);
			return isAgain;
		});
		return [...again.map((each) => [...path, each]), ...duplicatesIn(value, [...path, name], anchors)];
	});
}

/** Merges keys: a merged key counts like a written one. Source: merge in go.yaml.in/yaml/v2, decode.go. */
function mergedNames(node: Node | undefined, anchors: Anchors): string[] {
	if (node?.kind === "alias") return mergedNames(anchors.get(node.anchor), anchors);
	if (node?.kind === "sequence") return node.items.flatMap((item) => mergedNames(item, anchors));
	if (node?.kind !== "mapping") return [];
	return node.items.flatMap(({ key, value }) => {
		const name = key.kind === "scalar" ? key.value : "";
		return name === "<<" ? mergedNames(value, anchors) : [name];
	});
}
