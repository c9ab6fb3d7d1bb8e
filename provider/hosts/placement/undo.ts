import type { FileOnHost, Host } from "../host";
import { type Digests, place } from "./place";
import { digestOf, RECORDS, rootOnly } from "./records";

/** Keeps what a running component was last well with, until the change to it has proved itself. What is kept already is older and stays. */
export async function keepForUndo(host: Host, file: FileOnHost): Promise<void> {
	const path = undoPath(file.path);
	if ((await host.read([path])).has(path)) return;
	await host.write([{ path, content: file.content, ...rootOnly }]);
}

/** Whether a change of a file has not proved itself yet: one that was cut off left it so. */
export async function isUnproved(host: Host, path: string): Promise<boolean> {
	return (await host.read([undoPath(path)])).has(undoPath(path));
}

/** Puts the kept content back. @returns it, and its digest by path */
export async function undo(host: Host, owner: string, path: string): Promise<{ content: string; digests: Digests }> {
	const found = await host.read([undoPath(path), path]);
	const kept = found.get(undoPath(path));
	if (!kept)
		throw new Error(
			`${host.name}: ${path}: expected its last content in ${RECORDS}/undo, got none; run \`pulumi refresh\``,
		);
	const file = { path, content: kept.content, mode: kept.mode, owner: "root", group: "root" };
	const { digests } = await place({ host, owner, files: [file], seen: { [path]: found.get(path)?.digest ?? "" } });
	await forgetUndo(host, path);
	return { content: kept.content.toString(), digests };
}

/** The change has proved itself. */
export async function forgetUndo(host: Host, path: string): Promise<void> {
	await host.remove([undoPath(path)], [`${RECORDS}/undo`]);
}

function undoPath(path: string): string {
	return `${RECORDS}/undo/${digestOf(path).slice(0, 32)}`;
}
