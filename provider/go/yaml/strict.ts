import { parseEvents, YAMLException } from "js-yaml";

/**
 * A text that Go reads, as js-yaml reads it too. Go needs no space between a quoted text, or a list or mapping in
 * brackets, and a comment, nor any indentation within these.
 */
export function asStrictYaml(given: string): string {
	// Breaks of a line in YAML 1.1.
	const text = given.replaceAll(/[\u0085\u2028\u2029]/g, "\n");
	try {
		parseEvents(text, {});
	} catch (error) {
		if (!(error instanceof YAMLException)) throw error;
		const at = error.mark?.position ?? -1;
		// What was refused stands there: so mended, it can't be again.
		if (text[at] === "#" && !/[ :]/.test(text[at - 1]!)) return asStrictYaml(`${text.slice(0, at)} ${text.slice(at)}`);
		const line = text.lastIndexOf("\n", at - 1) + 1;
		const deep = " ".repeat(1 + Math.max(...text.split("\n").map((other) => other.search(/[^ ]|$/))));
		const isMarker = /^(?:---|\.\.\.)(?:\s|$)/.test(text.slice(line, line + 4));
		// A plain text goes on in the next line, where a tab is none of it.
		const before = text.slice(0, line);
		const isPlain = /^(?:[^"']|"[^"]*"|'[^']*')*$/.test(before) && /[^\s,:[\]{}"']\s*$/.test(before);
		const isTab = isPlain && /^ *\t/.test(text.slice(line));
		if (error.reason === "deficient indentation" && !isMarker && !isTab && !text.startsWith(deep, line))
			return asStrictYaml(before + deep + text.slice(line).trimStart());
	}
	return text;
}
