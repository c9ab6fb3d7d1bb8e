import { splitDocuments } from "../../go/yaml/split";
import { type Problem, show } from "../problems";
import { readDocument } from "./read-document";

/** One document of a configuration file. */
export interface ConfigurationDocument {
	group: string;
	version: string;
	kind: string;
	/** As JSON has it. */
	value: Record<string, unknown>;
}

/**
 * The documents of a file, YAML or JSON, between lines of `---`. Each is of a kind of its own; a key that stands twice,
 * which kubeadm warns of, is a problem.
 *
 * Source: SplitConfigDocuments, cmd/kubeadm/app/util/marshal.go.
 */
export function readDocuments(text: string): { documents: ConfigurationDocument[]; problems: Problem[] } {
	const problems: Problem[] = [];
	const documents: ConfigurationDocument[] = [];
	const parts = splitDocuments(text, (rest) => {
		problems.push({ path: "file", message: `expected nothing after ---, got ${show(rest)}` });
	});
	for (const [index, part] of parts.entries()) {
		const at = `document ${index + 1}`;
		const { value, duplicates, problem } = readDocument(part);
		const { apiVersion, kind } = isObject(value) ? value : {};
		const type = parseType(apiVersion, kind);
		const subject = type?.kind ?? at;
		if (problem) problems.push({ path: at, message: `expected YAML or JSON, got text that is none: ${problem}` });
		else if (!type)
			problems.push({
				path: at,
				message: `expected apiVersion (group/version) and kind, got ${gotType(apiVersion, kind)}`,
			});
		else if (documents.some((other) => other.kind === type.kind))
			problems.push({ path: subject, message: "expected one document of a kind, got two" });
		else documents.push({ ...type, value: value as Record<string, unknown> });
		problems.push(
			...duplicates.map((path) => ({ path: `${subject}.${path}`, message: "expected a field once, got it again" })),
		);
	}
	return { documents, problems };
}

function parseType(
	apiVersion: unknown,
	kind: unknown,
): Pick<ConfigurationDocument, "group" | "version" | "kind"> | undefined {
	if (typeof apiVersion !== "string" || typeof kind !== "string" || kind === "") return undefined;
	const [, group, version] = /^([^/]+)\/([^/]+)$/.exec(apiVersion) ?? [];
	return group && version ? { group, version, kind } : undefined;
}

function gotType(apiVersion: unknown, kind: unknown): string {
	return apiVersion === undefined && kind === undefined ? "neither" : `${show(apiVersion)} and ${show(kind)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
