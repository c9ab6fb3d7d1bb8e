import { randomUUID } from "node:crypto";
import type { Host } from "../host";
import { isThisProgram, type Program, thisProgram } from "./program";
import { digestOf, parseRecord, RECORDS, recordAccess } from "./records";

/** Record of the last change of a resource that was begun, on the machine that the change concerns. */
interface UpdateRecord {
	/** Id of the resource. */
	owner: string;
	program: Program;
	/** Random id of the change. The resource's state has it too, once the change has ended and the state is saved. */
	update: string;
}

/** Ids of the changes that were begun last, by the id of the resource. */
export type LastUpdates = ReadonlyMap<string, string>;

/** Folder of the records of changes. */
const UPDATES = `${RECORDS}/updates`;

/** Seconds after which a host that does not answer a question about its records counts as silent. */
const LOOK_SECONDS = 5;

/** Records that a resource is about to change. @returns the random id of the change, for the resource's state */
export async function beginUpdate(host: Host, owner: string): Promise<string> {
	const record: UpdateRecord = { owner, program: thisProgram(), update: randomUUID().slice(0, 8) };
	await host.write([{ path: updatePath(owner), content: `${JSON.stringify(record)}\n`, ...recordAccess }]);
	return record.update;
}

/** Removes the record of a resource's last change, with the resource. */
export async function forgetUpdate(host: Host, owner: string): Promise<void> {
	await host.remove([updatePath(owner)], [UPDATES, RECORDS]);
}

/**
 * Removes the records of all changes from a host that has nothing else of this package any more: those of API objects, whose
 * resources go on through another control plane.
 */
export async function forgetUpdates(host: Host): Promise<void> {
	await host.run({
		intent: "drop the records of changes",
		script: `[ -d ${RECORDS}/files ] || rm -rf ${UPDATES}; rmdir ${RECORDS} 2>/dev/null; exit 0`,
	});
}

/** Reads the changes of this program that were begun last on a host, in one exchange. */
export async function lastUpdates(host: Host): Promise<LastUpdates> {
	const { stdout } = await host.run({
		intent: "look which changes were begun",
		script: `cat ${UPDATES}/* 2>/dev/null; exit 0`,
		timeoutSeconds: LOOK_SECONDS,
	});
	const records = stdout
		.split("\n")
		.filter(Boolean)
		.map((line) => parseRecord<UpdateRecord>(host.name, UPDATES, line));
	return new Map(records.filter(({ program }) => isThisProgram(program)).map(({ owner, update }) => [owner, update]));
}

function updatePath(owner: string): string {
	return `${UPDATES}/${digestOf(owner).slice(0, 32)}`;
}
