import { firstReached } from "../first-reached";
import type { FileOnHost, FileToWrite, Host } from "../host";
import { type HostReference, reach } from "../reach";
import { currentOwnership, type Ownership, transferOwnership } from "./owner";
import { objectRecordPath, recordAccess } from "./records";

/**
 * Records which resource owns API objects or users (anything but files), on the first of these hosts that answers. A
 * renamed resource is created before the old one is deleted, and an `up` may end between the two. The record tells the
 * delete which objects now belong to another resource. Objects carry no mark of the owner, so that they are equal to
 * kubeadm's.
 * @throws the error of the only host, or an Error with all failures, where no host answers
 */
export async function recordObjectOwner(hosts: readonly HostReference[], names: readonly string[], id: string) {
	if (names.length === 0) return;
	const host = await recordHost(hosts);
	const records = await host.read(names.map(objectRecordPath));
	await host.write(names.map((name) => record(name, transferOwnership(ownershipOf(records, name), id))));
}

/** The names for which any resource of this package is recorded as owner. */
export async function recordedObjects(hosts: readonly HostReference[], names: readonly string[]) {
	const records = await (await recordHost(hosts)).read(names.map(objectRecordPath));
	return names.filter((name) => records.has(objectRecordPath(name)));
}

/** The names still owned by `id`. The other names now belong to other resources, so a delete of `id` leaves them. */
export async function objectsOwnedBy(hosts: readonly HostReference[], names: readonly string[], id: string) {
	const host = await recordHost(hosts);
	const records = await host.read(names.map(objectRecordPath));
	const ownerships = names.map((name) => ownershipOf(records, name) ?? { owner: id });
	const current = ownerships.map(currentOwnership);
	const inherited = names.flatMap((name, index) =>
		current[index]!.owner === ownerships[index]!.owner ? [] : [record(name, current[index]!)],
	);
	if (inherited.length > 0) await host.write(inherited);
	return names.filter((_, index) => current[index]!.owner === id);
}

/** Removes the ownership records of deleted objects. */
export async function forgetObjects(hosts: readonly HostReference[], names: readonly string[]): Promise<void> {
	await (await recordHost(hosts)).remove(names.map(objectRecordPath));
}

function recordHost(hosts: readonly HostReference[]): Promise<Host> {
	return firstReached(hosts, reach);
}

function record(name: string, { owner, former = [] }: Ownership): FileToWrite {
	return { path: objectRecordPath(name), content: [...former, owner].join("\n"), ...recordAccess };
}

/** Reads a record: one id a line, former owners first, the owner last. */
function ownershipOf(records: Map<string, FileOnHost>, name: string): Ownership | undefined {
	const ids = records.get(objectRecordPath(name))?.content.toString().split("\n");
	return ids && { owner: ids.at(-1)!, former: ids.slice(0, -1) };
}
