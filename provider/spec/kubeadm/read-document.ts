import { eventsToAst, load, type Node, parseEvents, YAMLException } from "js-yaml";
import { asStrictYaml, jsonSchema, schema } from "../go-yaml";
import { refuseTabs } from "../go-yaml-tabs";
import { joinPath } from "../problems";

/** What a text says, the last of several equal keys counting, and where such keys are. */
export interface ReadText {
	value?: unknown;
	/** Paths of keys that stand more than once. */
	duplicates: string[];
	/** Why it can't be read. */
	problem?: string;
}

/**
 * Reads one YAML or JSON document as Kubernetes does: what begins with a brace must be JSON, and what follows a YAML
 * document is not looked at.
 */
export function readDocument(text: string): ReadText {
	try {
		const isJson = /^\s*\{/.test(text);
		if (isJson) JSON.parse(text);
		const yaml = isJson ? text : firstDocument(asStrictYaml(text));
		if (!isJson) refuseTabs(yaml);
		const value = load(yaml, { schema: isJson ? jsonSchema : schema, json: true });
		const [document] = eventsToAst(parseEvents(yaml, {}), { source: yaml, schema });
		return {
			value,
			duplicates: [...new Set(duplicatesIn(document?.contents ?? undefined, [], new Map()).map(joinPath))],
		};
	} catch (error) {
		if (error instanceof SyntaxError) return { duplicates: [], problem: error.message };
		if (!(error instanceof YAMLException)) throw error;
		const { mark } = error;
		return { duplicates: [], problem: `${error.reason}${mark ? ` in line ${mark.line + 1}` : ""}` };
	}
}

function firstDocument(text: string): string {
	const ended = text.replace(/^\.\.\.(?:\s[\s\S]*)?$/m, "");
	try {
		parseEvents(ended, {});
	} catch (error) {
		const end = error instanceof YAMLException && /^end of the stream/.test(error.reason) && error.mark?.position;
		// An item of a list in a mapping is no further document, but wrong.
		if (end && !/^-(?:\s|$)/.test(ended.slice(end))) return ended.slice(0, end);
	}
	return ended;
}

type Anchors = Map<string, Node>;

function duplicatesIn(node: Node | undefined, path: readonly PropertyKey[], anchors: Anchors): PropertyKey[][] {
	if (node && node.kind !== "alias" && node.anchor) anchors.set(node.anchor, node);
	if (node?.kind === "sequence")
		return node.items.flatMap((item, index) => duplicatesIn(item, [...path, index], anchors));
	if (node?.kind !== "mapping") return [];
	const seen = new Set<string>();
	return node.items.flatMap(({ key, value }) => {
		const name = key.kind === "scalar" ? key.value : "";
		const names = name === "<<" ? mergedNames(value, anchors) : [name];
		const again = names.filter((each) => seen.has(each)).map((each) => [...path, each]);
		for (const each of names) seen.add(each);
		return [...again, ...duplicatesIn(value, [...path, name], anchors)];
	});
}

/** A merged key counts like one that is written there. Source: merge in go.yaml.in/yaml/v2, decode.go. */
function mergedNames(node: Node | undefined, anchors: Anchors): string[] {
	if (node?.kind === "alias") return mergedNames(anchors.get(node.anchor), anchors);
	if (node?.kind === "sequence") return node.items.flatMap((item) => mergedNames(item, anchors));
	if (node?.kind !== "mapping") return [];
	return node.items.flatMap(({ key, value }) => {
		const name = key.kind === "scalar" ? key.value : "";
		return name === "<<" ? mergedNames(value, anchors) : [name];
	});
}
