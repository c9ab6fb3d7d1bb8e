/** Removes the spaces around a text as Go does: U+0085 is a space, a byte order mark is not. Source: strings.TrimSpace. */
export function trimSpace(text: string): string {
	return text.replace(/^(?:[^\S\ufeff]|\u0085)+|(?:[^\S\ufeff]|\u0085)+$/g, "");
}
