import type { FileToWrite, Host } from "../../hosts/host";
import { firstReached } from "../first-reached";
import { objectRecordPath, rootOnly } from "../placement/records";
import { type HostReference, reach } from "../reach";

/**
 * Says that a resource has made, or taken over, something in an API. Where a resource is renamed, the new one is made
 * before the old one is removed, and an `up` may end between the two: a control plane's host remembers whose it is, as it
 * does of files. The objects themselves say nothing of it, so that they are as kubeadm makes them.
 */
export async function claim(controlPlanes: readonly HostReference[], names: readonly string[], id: string) {
	const records = names.map((name): FileToWrite => ({ path: objectRecordPath(name), content: id, ...rootOnly }));
	if (records.length > 0) await (await remembering(controlPlanes)).write(records);
}

/** Those that no other resource has made, or taken over, meanwhile: the others are not this one's to remove. */
export async function ownOf(controlPlanes: readonly HostReference[], names: readonly string[], id: string) {
	const records = await (await remembering(controlPlanes)).read(names.map(objectRecordPath));
	return names.filter((name) => (records.get(objectRecordPath(name))?.content.toString() ?? id) === id);
}

/** Forgets what has been removed. */
export async function disclaim(controlPlanes: readonly HostReference[], names: readonly string[]): Promise<void> {
	await (await remembering(controlPlanes)).remove(names.map(objectRecordPath));
}

function remembering(controlPlanes: readonly HostReference[]): Promise<Host> {
	return firstReached(controlPlanes, reach);
}
