/** A text in lower case, letter by letter as in Go: `İ` is `i`. Source: strings.ToLower. */
export function lowerCase(text: string): string {
	return text.replaceAll("\u0130", "i").toLowerCase();
}
