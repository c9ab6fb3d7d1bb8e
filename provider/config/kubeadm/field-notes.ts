import type { Documents } from "./convert";
import type { Kind } from "./kinds";
import { meaninglessFields } from "./meaningless";
import type { Note } from "./note";

/** Returns notes for fields of a file that have no effect here, each with the reason. */
export function fieldNotes(documents: Documents): Note[] {
	return (Object.entries(documents) as [Kind, object][]).flatMap(([kind, document]) =>
		Object.entries(meaninglessFields[kind]).flatMap(([row, { why }]) => {
			const path = row.replace(/\.\*$/, "");
			return isGiven(document, path) ? [{ path: `${kind}.${path}`, message: why }] : [];
		}),
	);
}

function isGiven(document: object, path: string): boolean {
	return path.split(".").reduce<any>((at, name) => at?.[name], document) !== undefined;
}
