import { trimSpace } from "./trim-space";

/**
 * The documents of a text, between lines that begin with `---`. Such a line where no document has begun yet is the first
 * of one.
 *
 * Source: YAMLReader, k8s.io/apimachinery/pkg/util/yaml/decoder.go.
 * @param onText for what stands behind `---` and is no comment
 */
export function splitDocuments(text: string, onText: (rest: string) => void): string[] {
	const documents: string[][] = [[]];
	const lines = text.split(/\r?\n/);
	if (lines.at(-1) === "") lines.pop();
	for (const line of lines) {
		const isSeparator = line.startsWith("---");
		const rest = isSeparator ? trimSpace(line.slice(3)) : "";
		if (rest !== "" && !rest.startsWith("#")) onText(rest);
		if (isSeparator && documents.at(-1)!.length > 0) documents.push([]);
		else documents.at(-1)!.push(line);
	}
	return documents.filter((document) => document.length > 0).map((document) => document.join("\n"));
}
