import { ExpectationError } from "../../config/expected";
import { ownedByRoot } from "../../facts/file-access";
import type { FileOnHost, Host } from "../host";
import { type Digests, placeFiles } from "./place";
import { digestOf, RECORDS, recordAccess } from "./records";

/**
 * Keeps the content with which a running component was last healthy, until the change has passed its gate. Content that
 * is already kept is older, and stays.
 */
export async function keepForUndo(host: Host, file: FileOnHost): Promise<void> {
	const path = undoPath(file.path);
	if ((await host.read([path])).has(path)) return;
	await host.write([{ path, content: file.content, ...recordAccess }]);
}

/** Whether the last change of a file has not passed its gate yet, because an earlier run was cut off. */
export async function hasUndo(host: Host, path: string): Promise<boolean> {
	return (await host.read([undoPath(path)])).has(undoPath(path));
}

/** Restores the kept content. @returns the content, and the digests by path */
export async function putBack(host: Host, owner: string, path: string): Promise<{ content: string; digests: Digests }> {
	const found = await host.read([undoPath(path), path]);
	const kept = found.get(undoPath(path));
	if (!kept)
		throw new ExpectationError({
			at: `${host.name}: ${path}`,
			expected: `its last content in ${RECORDS}/undo`,
			got: "none",
			next: "run `pulumi refresh`",
		});
	const file = { path, content: kept.content, mode: kept.mode, ...ownedByRoot };
	const { digests } = await placeFiles({
		host,
		owner,
		files: [file],
		stateDigests: { [path]: found.get(path)?.digest ?? "" },
	});
	await forgetUndo(host, path);
	return { content: kept.content.toString(), digests };
}

/** Deletes the kept content, once the change has passed its gate. */
export async function forgetUndo(host: Host, path: string): Promise<void> {
	await host.remove([undoPath(path)], [`${RECORDS}/undo`]);
}

function undoPath(path: string): string {
	return `${RECORDS}/undo/${digestOf(path).slice(0, 32)}`;
}
