import { firstReached } from "../first-reached";
import type { FileOnHost, FileToWrite, Host } from "../host";
import { type HostReference, reach } from "../reach";
import { type Ownership, settled, takenOver } from "./owner";
import { objectRecordPath, rootOnly } from "./records";

/**
 * Says that a resource has made, or taken over, something that is no file: an object in an API, a user. Where a resource
 * is renamed, the new one is made before the old one is removed, and an `up` may end between the two: the host, or that of
 * a control plane, remembers whose it is, as it does of files. The things themselves say nothing of it, so that they are
 * as kubeadm makes them.
 */
export async function claim(hosts: readonly HostReference[], names: readonly string[], id: string) {
	if (names.length === 0) return;
	const host = await remembering(hosts);
	const found = await host.read(names.map(objectRecordPath));
	await host.write(names.map((name) => record(name, takenOver(ownershipOf(found, name), id))));
}

/** Those that a resource has made, or taken over. */
export async function claimed(hosts: readonly HostReference[], names: readonly string[]) {
	const found = await (await remembering(hosts)).read(names.map(objectRecordPath));
	return names.filter((name) => found.has(objectRecordPath(name)));
}

/** Those that no other resource has made, or taken over, meanwhile: the others are not this one's to remove. */
export async function ownOf(hosts: readonly HostReference[], names: readonly string[], id: string) {
	const host = await remembering(hosts);
	const found = await host.read(names.map(objectRecordPath));
	const ownerships = names.map((name) => ownershipOf(found, name) ?? { owner: id });
	const now = ownerships.map(settled);
	const inherited = names.flatMap((name, index) =>
		now[index]!.owner === ownerships[index]!.owner ? [] : [record(name, now[index]!)],
	);
	if (inherited.length > 0) await host.write(inherited);
	return names.filter((_, index) => now[index]!.owner === id);
}

/** Forgets what has been removed. */
export async function disclaim(hosts: readonly HostReference[], names: readonly string[]): Promise<void> {
	await (await remembering(hosts)).remove(names.map(objectRecordPath));
}

function remembering(hosts: readonly HostReference[]): Promise<Host> {
	return firstReached(hosts, reach);
}

function record(name: string, { owner, former = [] }: Ownership): FileToWrite {
	return { path: objectRecordPath(name), content: [...former, owner].join("\n"), ...rootOnly };
}

/** The last line of a record is the owner, those before it the former ones. */
function ownershipOf(found: Map<string, FileOnHost>, name: string): Ownership | undefined {
	const ids = found.get(objectRecordPath(name))?.content.toString().split("\n");
	return ids && { owner: ids.at(-1)!, former: ids.slice(0, -1) };
}
