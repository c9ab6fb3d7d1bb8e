import type { FileToWrite, Host } from "../host";
import { thisProgram } from "./program";
import { type FileRecord, recordAccess, recordPath, recordText } from "./records";

/** Owner of what was taken over, until a resource is made for it. No program declares such an id. */
const FORMER = "kubeadm";

/**
 * Records what kubeadm placed on a host as placed by this program: resources then change and remove it as they do with
 * their own. Paths that the host does not have are left out, and so are those with a record.
 * @param directory a directory whose content belongs to one resource, such as etcd's data. @default none
 */
export async function takePathsOver(host: Host, paths: readonly string[], directory?: string): Promise<void> {
	const onHost = await host.read([...paths, ...paths.map(recordPath)]);
	const files = paths
		.filter((path) => onHost.has(path) && !onHost.has(recordPath(path)))
		.map((path) => recordOf({ path, owner: FORMER, digest: onHost.get(path)!.digest }));
	await host.write([...files, ...(directory === undefined ? [] : [recordOf({ path: directory, owner: FORMER })])]);
}

function recordOf(record: Omit<FileRecord, "program">): FileToWrite {
	return {
		path: recordPath(record.path),
		content: recordText({ ...record, program: thisProgram() }),
		...recordAccess,
	};
}
