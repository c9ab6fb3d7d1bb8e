import type { Host } from "../host";
import { isDeclared } from "./owner";
import { editedFiles, placedRecords } from "./place";
import { isThisProgram } from "./program";
import { type FileRecord, parseRecord, RECORDS } from "./records";
import { FORMER } from "./take-over";

/**
 * Reads the records of files that this program placed on a host for resources that are not declared. After all other
 * resources of the host are gone, these are what creates left that were cut off before the state knew their resource.
 * Left out: files of another program, files that were on the host before, files that somebody edited, and those of a node that
 * was taken over and whose resources were not made.
 * @throws BrokenRecord where a record is not readable
 */
export async function unfinishedFiles(host: Host): Promise<FileRecord[]> {
	const { stdout } = await host.run({
		intent: "list the records of files",
		script: `cat ${RECORDS}/files/*.json 2>/dev/null; exit 0`,
	});
	const all = stdout
		.split("\n")
		.filter(Boolean)
		.map((line) => parseRecord<FileRecord>(host.name, `${RECORDS}/files`, line).path);
	if (all.length === 0) return [];
	const records = [...(await placedRecords(host, all)).values()];
	const own = records.filter(
		({ program, found, owner }) =>
			program && isThisProgram(program) && !found && !isDeclared(owner) && owner !== FORMER,
	);
	const edited = await editedFiles(
		host,
		own.map(({ path }) => path),
	);
	return own.filter(({ path }) => !edited.includes(path));
}
