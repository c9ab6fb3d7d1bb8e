import { ExpectationError } from "../../config/expected";
import { ownedByRoot } from "../../facts/file-access";
import type { FileOnHost, Host } from "../host";
import { type Digests, placeFiles } from "./place";
import { isThisProgram, type Program, thisProgram } from "./program";
import { digestOf, parseRecord, RECORDS, recordAccess } from "./records";

/** Entry of the undo journal: the content with which a running component was last healthy. */
interface UndoEntry {
	path: string;
	program: Program;
	/** Id of the resource that is being changed. */
	owner: string;
	content: string;
	mode: string;
}

/** A file that a resource is changing. */
export interface UnderChange {
	/** Host of the file. */
	host: Host;
	/** Id of the resource. */
	owner: string;
	/** Absolute path of the file. */
	path: string;
}

/** Folder of the undo journal. */
const UNDO = `${RECORDS}/undo`;

/**
 * Keeps the content with which a running component was last healthy, until the change has passed its gate. Content that
 * an earlier, interrupted change of the same resource kept is older, and stays.
 */
export async function keepForUndo(host: Host, owner: string, file: FileOnHost): Promise<void> {
	const { path, mode } = file;
	if (await hasUndo({ host, owner, path })) return;
	const entry: UndoEntry = { path, program: thisProgram(), owner, content: file.content.toString(), mode };
	await host.write([{ path: undoPath(path), content: `${JSON.stringify(entry)}\n`, ...recordAccess }]);
}

/**
 * Whether the last change of a file by this resource has not passed its gate yet, because an earlier run was cut off. An
 * entry of another resource or another program is never used.
 */
export async function hasUndo({ host, owner, path }: UnderChange): Promise<boolean> {
	return (await pathsWithUndo({ host, owner, paths: [path] })).length > 0;
}

/** Returns the paths among some files for which `hasUndo` holds. */
export async function pathsWithUndo({
	host,
	owner,
	paths,
}: Omit<UnderChange, "path"> & { paths: readonly string[] }): Promise<string[]> {
	const files = await host.read(paths.map(undoPath));
	return paths.filter((path) => entryIn(host, owner, files.get(undoPath(path))) !== undefined);
}

/** Restores the kept content and forgets it. @returns the content, and its SHA-256 by path. @throws ExpectationError where no content is kept */
export async function putBack({ host, owner, path }: UnderChange): Promise<{ content: string; digests: Digests }> {
	const entry = await entryOf({ host, owner, path });
	if (!entry)
		throw new ExpectationError({
			at: `${host.name}: ${path}`,
			expected: `its last content in ${UNDO}`,
			got: "none",
			next: "run `pulumi refresh`",
		});
	const { content, mode } = entry;
	const current = (await host.read([path])).get(path);
	const { digests } = await placeFiles({
		host,
		owner,
		files: [{ path, content, mode, ...ownedByRoot }],
		stateDigests: { [path]: current?.digest ?? "" },
	});
	await forgetUndo(host, path);
	return { content, digests };
}

/** Deletes the kept content, once the change has passed its gate or the file is removed. */
export async function forgetUndo(host: Host, path: string): Promise<void> {
	await host.remove([undoPath(path)], [UNDO]);
}

async function entryOf({ host, owner, path }: UnderChange): Promise<UndoEntry | undefined> {
	return entryIn(host, owner, (await host.read([undoPath(path)])).get(undoPath(path)));
}

function entryIn(host: Host, owner: string, file: FileOnHost | undefined): UndoEntry | undefined {
	const entry = file && parseRecord<UndoEntry>(host.name, file.path, file.content.toString());
	return entry?.owner === owner && isThisProgram(entry.program) ? entry : undefined;
}

function undoPath(path: string): string {
	return `${UNDO}/${digestOf(path).slice(0, 32)}`;
}
