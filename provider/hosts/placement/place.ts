import { randomUUID } from "node:crypto";
import { expected } from "../../config/expected";
import type { FileOnHost, FileToWrite, Host } from "../host";
import { quote } from "../shell";
import { status } from "../status";
import { foreignOwner } from "./foreign";
import { currentOwnership, transferOwnership } from "./owner";
import { isThisProgram, type Program, programText, thisProgram } from "./program";
import {
	BrokenRecord,
	DIRECTORY_RECORDS,
	digestOf,
	directoryRecordPath,
	type FileRecord,
	parseRecord,
	RECORDS,
	recordAccess,
	recordPath,
	recordText,
} from "./records";

/** SHA-256 (hexadecimal) of each placed file, by its path on the host. */
export type Digests = Record<string, string>;

/** Result of `placeFiles`. */
export interface PlacedFiles {
	/** SHA-256 of each file, by path, whether written or adopted. */
	digests: Digests;
	/** Paths whose content, owner or mode this call changed. */
	written: string[];
}

/**
 * Makes the id of a new resource: its subject and a random part, so that two resources of one subject never share an
 * id.
 */
export function newId(subject: string): string {
	return `${subject}#${randomUUID().slice(0, 8)}`;
}

/**
 * Places files under a resource's ownership. A file with the wanted content is adopted untouched; a file that this
 * program placed is replaced; a file of another program, one without an ownership record, or one edited since the last
 * refresh is refused by name. Nothing is written if any file is refused. A file that a create adopts is recorded as
 * found, and a delete leaves it on the host.
 * @param owner the resource's id
 * @param stateDigests digests as the resource's state has them; absent for a create
 * @param problems why the existing content cannot stay, where the caller has checked it
 * @returns digests of all files, also of adopted ones, and the paths that were written
 * @throws Error that names each refused file; BrokenRecord where a file's record is not readable
 */
export async function placeFiles({
	host,
	owner,
	files,
	stateDigests,
	problems = [],
}: {
	host: Host;
	owner: string;
	files: readonly FileToWrite[];
	stateDigests?: Digests;
	problems?: readonly string[];
}): Promise<PlacedFiles> {
	const paths = files.map(({ path }) => path);
	const filesOnHost = await host.read([...paths, ...paths.map(recordPath)]);
	const judged = await Promise.all(files.map((file) => refusal({ host, file, filesOnHost, stateDigests })));
	const refusals = judged.filter((text) => text !== undefined);
	if (refusals.length > 0) {
		const why = problems.length > 0 ? [`The existing file cannot stay: ${problems.join("; ")}.`] : [];
		throw new Error([...refusals, ...why].join("\n"));
	}
	const digests = Object.fromEntries(files.map((file) => [file.path, digestOf(file.content)]));
	const records = files.map(({ path }) => {
		const record = readRecord(host, filesOnHost, path);
		const isFound = record ? record.found : filesOnHost.has(path) && stateDigests === undefined;
		return recordFile({
			path,
			...transferOwnership(record, owner),
			digest: digests[path]!,
			program: thisProgram(),
			...(isFound ? { found: true } : {}),
		});
	});
	const { written } = await host.write([...records, ...files], { folderRecords: DIRECTORY_RECORDS });
	return { digests, written: written.filter((path) => path in digests) };
}

/**
 * Records ownership of a file that another program (the kubelet) is about to write, so that it is removed later even if
 * the operation is cut off.
 * @throws Error where another program owns the file, or where the file exists without a record
 */
export async function reserveFile({ host, owner, path }: { host: Host; owner: string; path: string }): Promise<void> {
	const filesOnHost = await host.read([path, recordPath(path)]);
	const record = readRecord(host, filesOnHost, path);
	if (!isThisProgram(record?.program)) throw new Error(otherProgramsFile(host, path, record!.program!));
	if (filesOnHost.has(path) && !record) throw new Error(await foreignFile(host, path));
	const isFound = record?.found ? { found: true as const } : {};
	await host.write([recordFile({ path, ...transferOwnership(record, owner), program: thisProgram(), ...isFound })]);
}

/** Shell text that records a folder which is about to be made, so that it is removed once it is empty. */
export function recordFolder(directory: string): string {
	const record = quote(directoryRecordPath(directory));
	return `(umask 077; mkdir -p ${DIRECTORY_RECORDS} && printf %s ${quote(directory)} >${record})`;
}

/** Whether this resource is the current owner of a file; false for a file without a record. */
export async function isOwnedBy({ host, owner, path }: { host: Host; owner: string; path: string }): Promise<boolean> {
	return (await ownerOf(host, path)) === owner;
}

/** Whether another resource owns a file, for example after a rename; false for a file without a record. */
export async function belongsToAnother({ host, owner }: { host: Host; owner: string }, path: string): Promise<boolean> {
	return ((await ownerOf(host, path)) ?? owner) !== owner;
}

/** The paths with an ownership record, whether or not the files still exist. */
export async function placedFiles(host: Host, paths: readonly string[]): Promise<string[]> {
	const records = await placedRecords(host, paths);
	return paths.filter((path) => records.has(path));
}

/** Rewrites the records of files whose ownership returns to a former owner, so that the delete of the present owner leaves the files. */
export async function handOverToHeirs(host: Host, paths: readonly string[]): Promise<void> {
	await placedRecords(host, paths);
}

async function ownerOf(host: Host, path: string): Promise<string | undefined> {
	return (await placedRecords(host, [path])).get(path)?.owner;
}

/** Ownership records of files, by path. Each record whose ownership returned to a former owner is rewritten. */
export async function placedRecords(host: Host, paths: readonly string[]): Promise<Map<string, FileRecord>> {
	const filesOnHost = await host.read(paths.map(recordPath));
	const records = paths.flatMap((path) => readableRecord(host, filesOnHost, path) ?? []);
	const now = records.map((record) => ({ ...record, former: undefined, ...currentOwnership(record) }));
	const inherited = now.filter(({ owner }, index) => owner !== records[index]!.owner);
	if (inherited.length > 0) await host.write(inherited.map(recordFile));
	return new Map(now.map((record) => [record.path, record]));
}

/** Selects the recorded files whose content differs from the placed content. Leaves out absent files, and files that the kubelet writes. */
export async function editedFiles(host: Host, paths: readonly string[]): Promise<string[]> {
	const filesOnHost = await host.read([...paths, ...paths.map(recordPath)]);
	return paths.filter((path) => {
		const record = readRecord(host, filesOnHost, path);
		return record?.digest !== undefined && filesOnHost.has(path) && filesOnHost.get(path)!.digest !== record.digest;
	});
}

/**
 * Removes the files that this resource owns, then the folders that were created for them if they are empty. A file that
 * was on the host before, and one whose record is lost or broken, is left there, and a status line says so.
 */
export async function removeFiles({
	host,
	owner,
	paths,
}: {
	host: Host;
	owner: string;
	paths: readonly string[];
}): Promise<void> {
	const records = await placedRecords(host, paths);
	const owned = paths.filter((path) => records.get(path)?.owner === owner);
	const made = owned.filter((path) => !records.get(path)!.found);
	const stays = paths.filter((path) => !records.has(path) || (owned.includes(path) && !made.includes(path)));
	for (const path of (await host.read(stays)).keys()) {
		const why = records.has(path) ? "it was there before this program" : `its record ${recordPath(path)} is lost`;
		status(`${host.name}: ${path} stays on the host: ${why}; to remove it: ${host.typed(`rm ${path}`)}`);
	}
	await host.remove(made);
	await host.remove(owned.map(recordPath));
	await removeEmptyFolders(host);
}

/** Whether a delete of this resource removes a file: the resource owns the file, and did not find it on the host. */
export async function goesWith({ host, owner }: { host: Host; owner: string }, path: string): Promise<boolean> {
	const record = (await placedRecords(host, [path])).get(path);
	return record?.owner === owner && !record.found;
}

/** Removes the recorded folders that are empty, and the folders of the records themselves. */
export async function removeEmptyFolders(host: Host): Promise<void> {
	await host.run({ intent: "remove empty folders that this package created", script: REMOVE_EMPTY });
}

/** Script that removes the recorded folders that are empty. `sort -r` lists a folder before its parent. */
const REMOVE_EMPTY = `
cd ${DIRECTORY_RECORDS} 2>/dev/null && for record in *; do
	[ -f "$record" ] && printf '%s\\t%s\\n' "$(cat "$record")" "$record"
done | sort -r | while IFS='	' read -r directory record; do
	rmdir "$directory" 2>/dev/null || [ -d "$directory" ] || true
	[ -d "$directory" ] || rm -f "$record"
done
rmdir ${RECORDS}/directories ${RECORDS}/files ${RECORDS}/objects ${RECORDS}/undo ${RECORDS}/updates 2>/dev/null
rmdir ${RECORDS} 2>/dev/null
exit 0`;

async function refusal({
	host,
	file,
	filesOnHost,
	stateDigests,
}: {
	host: Host;
	file: FileToWrite;
	filesOnHost: Map<string, FileOnHost>;
	stateDigests: Digests | undefined;
}): Promise<string | undefined> {
	const existing = filesOnHost.get(file.path);
	const record = readRecord(host, filesOnHost, file.path);
	if (!isThisProgram(record?.program)) return otherProgramsFile(host, file.path, record!.program!);
	if (!existing || existing.digest === digestOf(file.content)) return undefined;
	// The state knows a file whose record was lost.
	if (!record) return existing.digest === stateDigests?.[file.path] ? undefined : foreignFile(host, file.path);
	if (stateDigests && existing.digest !== stateDigests[file.path] && existing.digest !== record.digest) {
		return expected({
			at: `${host.name}: ${file.path}`,
			expected: "the content that the last refresh recorded",
			got: "content edited since",
			next: "run `pulumi refresh` and look at the difference",
		});
	}
	return undefined;
}

async function foreignFile(host: Host, path: string): Promise<string> {
	const { whose, next } = await foreignOwner(host, path);
	return expected({
		at: `${host.name}: ${path}`,
		expected: "no file, or one with the wanted content",
		got: `a file ${whose || "that this program did not write"}`,
		next,
	});
}

function otherProgramsFile(host: Host, path: string, program: Program): string {
	return expected({
		at: `${host.name}: ${path}`,
		expected: "no file, or one of this program",
		got: `one of ${programText(program)}`,
		next: `give one of the two programs another path, or run \`pulumi destroy\` in that one. Where that program's state is lost for good: ${host.typed(`rm ${recordPath(path)}`)}`,
	});
}

function readRecord(host: Host, filesOnHost: Map<string, FileOnHost>, path: string): FileRecord | undefined {
	const file = filesOnHost.get(recordPath(path));
	return file && parseRecord<FileRecord>(host.name, file.path, file.content.toString());
}

/** Reads a record; a broken one counts as lost, so that it prevents no removal, and a status line says so. */
function readableRecord(host: Host, filesOnHost: Map<string, FileOnHost>, path: string): FileRecord | undefined {
	try {
		return readRecord(host, filesOnHost, path);
	} catch (error) {
		if (!(error instanceof BrokenRecord)) throw error;
		status(error.message);
		return undefined;
	}
}

function recordFile(record: FileRecord): FileToWrite {
	return { path: recordPath(record.path), content: recordText(record), ...recordAccess };
}
