import type { Documents } from "./convert";
import type { Kind } from "./kinds";
import { meanings } from "./meanings";
import type { Note } from "./note";

/** Fields of a file that have no meaning here, and why. */
export function fieldNotes(documents: Documents): Note[] {
	return (Object.entries(documents) as [Kind, object][]).flatMap(([kind, document]) =>
		Object.entries(meanings[kind]).flatMap(([row, { why }]) => {
			const path = row.replace(/\.\*$/, "");
			return why && isGiven(document, path) ? [{ path: `${kind}.${path}`, message: why }] : [];
		}),
	);
}

function isGiven(document: object, path: string): boolean {
	return path.split(".").reduce<any>((at, name) => at?.[name], document) !== undefined;
}
