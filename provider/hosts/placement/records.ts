import { createHash } from "node:crypto";
import { ExpectationError } from "../../config/expected";
import { rootOnly } from "../../facts/file-access";
import type { Ownership } from "./owner";
import type { Program } from "./program";

/** Folder on a host with the ownership records of files, folders, objects. Root only. Removed with the last record. */
export const RECORDS = "/var/lib/pulumi-kubeadm";

/** Content of the ownership record of a file. */
export interface FileRecord extends Ownership {
	/** Absolute path of the file. */
	path: string;
	/** SHA-256 of the placed content, hexadecimal. Absent for a file that the kubelet writes. */
	digest?: string;
	/** The program that the file belongs to. Absent in old records: the file then belongs to this program. */
	program?: Program;
	/** Present where the file was on the host before this program: a delete leaves such a file alone. */
	found?: true;
}

/** Path of the record of a file. */
export function recordPath(path: string): string {
	return `${RECORDS}/files/${name(path)}.json`;
}

/** Folder with the records of created folders. */
export const DIRECTORY_RECORDS = `${RECORDS}/directories`;

/** Path of the record of a created folder. */
export function directoryRecordPath(path: string): string {
	return `${DIRECTORY_RECORDS}/${name(path)}`;
}

/** Folder with the records of API objects, which are removed with the API server. */
export const OBJECT_RECORDS = `${RECORDS}/objects`;

/** Path of the record of an API object or a user. */
export function objectRecordPath(object: string): string {
	return `${OBJECT_RECORDS}/${name(object)}`;
}

/** Mode and owner of records, and of the folders that are made for them. */
export const recordAccess = { ...rootOnly, directoryMode: "0700" } as const;

/** Serializes a record. */
export function recordText(record: FileRecord): string {
	return `${JSON.stringify(record)}\n`;
}

/**
 * Parses a record of JSON.
 * @throws BrokenRecord that names the host and the record's path
 */
export function parseRecord<T>(host: string, path: string, text: string): T {
	try {
		return JSON.parse(text) as T;
	} catch (error) {
		throw new BrokenRecord(
			{
				at: `${host}: ${path}`,
				expected: "a record of this package (JSON)",
				got: text.length === 0 ? "an empty file" : "something else",
				next: "remove it, and run `pulumi up --refresh`",
			},
			{ cause: error },
		);
	}
}

/** Error of a record that is no JSON. */
export class BrokenRecord extends ExpectationError {}

/** SHA-256 of a content, hexadecimal. */
export function digestOf(content: string | Buffer): string {
	return createHash("sha256").update(content).digest("hex");
}

function name(path: string): string {
	return digestOf(path).slice(0, 32);
}
