import { createHash } from "node:crypto";
import type { Ownership } from "./owner";

/** Where a host keeps which file was placed by which resource, and which folders were made for them. Root only, and gone with the last of them. */
export const RECORDS = "/var/lib/pulumi-kubeadm";

/** What stands in a host's record of a placed file. */
export interface FileRecord extends Ownership {
	path: string;
	/** SHA-256 of what was placed, hexadecimal; absent while it is the kubelet's to write. */
	digest?: string;
}

/** Where the record of a placed file is. */
export function recordPath(path: string): string {
	return `${RECORDS}/files/${name(path)}.json`;
}

/** Where the record of a folder that was made is. */
export function directoryRecordPath(path: string): string {
	return `${RECORDS}/directories/${name(path)}`;
}

/** Where the records of what is in the API are: they go with the API server. */
export const OBJECT_RECORDS = `${RECORDS}/objects`;

/** Where the record of something in the API is. */
export function objectRecordPath(object: string): string {
	return `${OBJECT_RECORDS}/${name(object)}`;
}

/** Who may read and write what is kept there. */
export const rootOnly = { mode: "0600", owner: "root", group: "root", directoryMode: "0700" };

/** The record as it is written. */
export function recordText(record: FileRecord): string {
	return `${JSON.stringify(record)}\n`;
}

/** SHA-256 of a content, hexadecimal. */
export function digestOf(content: string | Buffer): string {
	return createHash("sha256").update(content).digest("hex");
}

function name(path: string): string {
	return digestOf(path).slice(0, 32);
}
