/** Without the spaces around it: to Go U+0085 is one, and a byte order mark is none. Source: strings.TrimSpace. */
export function trimSpace(text: string): string {
	return text.replace(/^(?:[^\S\ufeff]|\u0085)+|(?:[^\S\ufeff]|\u0085)+$/g, "");
}
