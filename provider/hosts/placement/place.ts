import { randomUUID } from "node:crypto";
import type { FileOnHost, FileToWrite, Host } from "../host";
import { settled, takenOver } from "./owner";
import { digestOf, directoryRecordPath, type FileRecord, RECORDS, recordPath, recordText, rootOnly } from "./records";

/** SHA-256 (hexadecimal) of each placed file, by its path on the host. */
export type Digests = Record<string, string>;

export interface Placed {
	digests: Digests;
	/** Paths whose content, owner or mode changed just now. */
	written: string[];
}

/** An id for a new resource: its subject, and something that no other resource has, even one of the same subject before or after it. */
export function newId(subject: string): string {
	return `${subject}#${randomUUID().slice(0, 8)}`;
}

/**
 * Places files under a resource's ownership. What is already as wanted is taken over untouched; a file of ours is
 * replaced; a file that is nobody's, or that someone edited since it was last seen, is refused by name before anything
 * is written.
 * @param owner the resource's id
 * @param seen digests as the resource's state has them; absent for a create
 * @param misfits why what is there cannot stay, where that was looked at
 */
export async function place({
	host,
	owner,
	files,
	seen,
	misfits = [],
}: {
	host: Host;
	owner: string;
	files: readonly FileToWrite[];
	seen?: Digests;
	misfits?: readonly string[];
}): Promise<Placed> {
	const paths = files.map(({ path }) => path);
	const found = await host.read([...paths, ...paths.map(recordPath)]);
	const refusals = files.flatMap((file) => refusal(host, file, found, seen) ?? []);
	if (refusals.length > 0) {
		const why = misfits.length > 0 ? [`What is there cannot stay: ${misfits.join("; ")}.`] : [];
		throw new Error([...refusals, ...why].join("\n"));
	}
	const digests = Object.fromEntries(files.map((file) => [file.path, digestOf(file.content)]));
	const records = files.map(({ path }) =>
		recordFile({ path, ...takenOver(readRecord(found, path), owner), digest: digests[path]! }),
	);
	const { written, madeDirectories } = await host.write([...records, ...files]);
	await recordDirectories(host, madeDirectories);
	return { digests, written: written.filter((path) => path in digests) };
}

/**
 * Owns a file that another program is about to write, so that it is known as ours however that ends. One that is nobody's
 * is refused by name.
 */
export async function claim({ host, owner, path }: { host: Host; owner: string; path: string }): Promise<void> {
	const found = await host.read([path, recordPath(path)]);
	const record = readRecord(found, path);
	if (found.has(path) && !record) throw new Error(notOfThisProgram(host, path));
	await host.write([recordFile({ path, ...takenOver(record, owner) })]);
}

/** Remembers folders that were made for a resource, so that they go once they are empty. */
export async function recordDirectories(host: Host, directories: readonly string[]): Promise<void> {
	const ours = directories.filter((path) => !path.startsWith(RECORDS));
	if (ours.length > 0) await host.write(ours.map(directoryRecord));
}

/** Whether a file on a host was placed by this resource, and by none after it. */
export async function owns({ host, owner, path }: { host: Host; owner: string; path: string }): Promise<boolean> {
	return (await ownerOf(host, path)) === owner;
}

/** Whether another resource has placed or taken over a file meanwhile, as the new one does where a resource is renamed. */
export async function isAnothers({ host, owner }: { host: Host; owner: string }, path: string): Promise<boolean> {
	return ((await ownerOf(host, path)) ?? owner) !== owner;
}

/** Those of these files that any resource has placed, be they still there or not. */
export async function placedOf(host: Host, paths: readonly string[]): Promise<string[]> {
	const records = await settledRecords(host, paths);
	return paths.filter((path) => records.has(path));
}

/** Leaves to others what they have of these files, where this resource goes and those go on. */
export async function leave(host: Host, paths: readonly string[]): Promise<void> {
	await settledRecords(host, paths);
}

async function ownerOf(host: Host, path: string): Promise<string | undefined> {
	return (await settledRecords(host, [path])).get(path)?.owner;
}

/** The records of files, those changed for good whose owner has gone and left them to the one before it. */
async function settledRecords(host: Host, paths: readonly string[]): Promise<Map<string, FileRecord>> {
	const found = await host.read(paths.map(recordPath));
	const records = paths.flatMap((path) => readRecord(found, path) ?? []);
	const now = records.map((record) => ({ ...record, former: undefined, ...settled(record) }));
	const inherited = now.filter(({ owner }, index) => owner !== records[index]!.owner);
	if (inherited.length > 0) await host.write(inherited.map(recordFile));
	return new Map(now.map((record) => [record.path, record]));
}

/** Those of these files of ours whose content is another than was placed. */
export async function edited(host: Host, paths: readonly string[]): Promise<string[]> {
	const found = await host.read([...paths, ...paths.map(recordPath)]);
	return paths.filter((path) => {
		const record = readRecord(found, path);
		return record?.digest !== undefined && found.has(path) && found.get(path)!.digest !== record.digest;
	});
}

/** Removes the files that this resource owns, and the folders that were made for them once they are empty. */
export async function displace({
	host,
	owner,
	paths,
}: {
	host: Host;
	owner: string;
	paths: readonly string[];
}): Promise<void> {
	const records = await settledRecords(host, paths);
	const owned = paths.filter((path) => records.get(path)?.owner === owner);
	await host.remove(owned);
	await host.remove(owned.map(recordPath));
	await removeEmptyFolders(host);
}

/** Removes the folders that were made and are empty, those of the records too. */
export async function removeEmptyFolders(host: Host): Promise<void> {
	await host.run({ intent: "remove the folders that were made and are empty", script: REMOVE_EMPTY });
}

/** Deepest first: what sorts after its parent is removed before it. */
const REMOVE_EMPTY = `
cd ${RECORDS}/directories 2>/dev/null && for record in *; do
	[ -f "$record" ] && printf '%s\\t%s\\n' "$(cat "$record")" "$record"
done | sort -r | while IFS='	' read -r directory record; do
	rmdir "$directory" 2>/dev/null || [ -d "$directory" ] || true
	[ -d "$directory" ] || rm -f "$record"
done
rmdir ${RECORDS}/directories ${RECORDS}/files ${RECORDS}/objects ${RECORDS}/undo 2>/dev/null
rmdir ${RECORDS} 2>/dev/null
exit 0`;

function refusal(
	host: Host,
	file: FileToWrite,
	found: Map<string, FileOnHost>,
	seen: Digests | undefined,
): string | undefined {
	const there = found.get(file.path);
	if (!there || there.digest === digestOf(file.content)) return undefined;
	const record = readRecord(found, file.path);
	if (!record) return notOfThisProgram(host, file.path);
	if (seen && there.digest !== seen[file.path] && there.digest !== record.digest) {
		return `${host.name}: ${file.path}: expected the content that was last seen, got one that was edited since; run \`pulumi refresh\` and look at the difference`;
	}
	return undefined;
}

function notOfThisProgram(host: Host, path: string): string {
	return `${host.name}: ${path}: expected no file, or one with the wanted content, got one that is not of this program; look at it, then move it away`;
}

function readRecord(found: Map<string, FileOnHost>, path: string): FileRecord | undefined {
	const text = found.get(recordPath(path))?.content.toString();
	return text ? (JSON.parse(text) as FileRecord) : undefined;
}

function recordFile(record: FileRecord): FileToWrite {
	return { path: recordPath(record.path), content: recordText(record), ...rootOnly };
}

function directoryRecord(path: string): FileToWrite {
	return { path: directoryRecordPath(path), content: path, ...rootOnly };
}
