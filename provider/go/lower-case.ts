/** In lower case, each letter for itself as in Go: `İ` is `i`. Source: strings.ToLower. */
export function lowerCase(text: string): string {
	return text.replaceAll("\u0130", "i").toLowerCase();
}
