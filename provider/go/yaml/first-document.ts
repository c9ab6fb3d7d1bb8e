import { parseEvents, YAMLException } from "js-yaml";

/** A text as far as Go reads it: what follows a YAML document is not looked at. */
export function firstDocument(text: string): string {
	const ended = text.replace(/^\.\.\.(?:\s[\s\S]*)?$/m, "");
	try {
		parseEvents(ended, {});
	} catch (error) {
		const end = error instanceof YAMLException && /^end of the stream/.test(error.reason) && error.mark?.position;
		if (end && isOutside(ended, end)) return ended.slice(0, end);
	}
	return ended;
}

/**
 * Whether what stands at a place is no part of the document before: it is behind one pair of braces, left of where the
 * first line begins, or a directive, which begins the next document.
 */
function isOutside(text: string, at: number): boolean {
	if (/^%(?:YAML[ \t]+\d+\.\d+|TAG[ \t]+!\S*[ \t]+\S+)[ \t]*(?:#.*)?$/m.test(text.slice(at).split("\n", 1)[0]!))
		return true;
	const first = text.split("\n").find((line) => /^\s*[^\s#%]/.test(line) && !/^(---|\ufeff)/.test(line)) ?? "";
	if (/^\s*([!&]\S*\s+)*\{/.test(first)) return true;
	return at - (text.lastIndexOf("\n", at - 1) + 1) < first.search(/\S/);
}
