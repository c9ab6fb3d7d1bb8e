import { firstReached } from "../first-reached";
import type { FileOnHost, FileToWrite, Host } from "../host";
import { type HostReference, reach } from "../reach";
import { limiter } from "../ssh/limiter";
import { currentOwnership, type Ownership, transferOwnership } from "./owner";
import { objectRecordPath, recordAccess } from "./records";

/** Records are read and written by one resource after the other, so that none of two that claim an object at once is forgotten. */
const inTurn = limiter(1);

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
	await inTurn(async () => {
		const records = await host.read(names.map(objectRecordPath));
		await host.write(names.map((name) => record(name, takenOver(records, name, id))));
	});
}

/**
 * Records the owner of API objects before they are applied, so that a run that is killed then leaves no object without an
 * owner. An object that is in the API already, and that no resource of this package made, is recorded as found: a delete
 * leaves it there.
 * @param isForeign whether an object is in the API, and not among the resource's own. Called for objects without a record
 * @returns names of the objects that had no record; names of the objects that were found now or before; and the records
 * of objects that were taken over from another resource, for `returnObjects`
 */
export async function claimObjects(
	hosts: readonly HostReference[],
	{
		names,
		owner,
		isForeign,
	}: { names: readonly string[]; owner: string; isForeign: (name: string) => Promise<boolean> },
): Promise<{ added: string[]; found: string[]; taken: Map<string, FileToWrite> }> {
	if (names.length === 0) return { added: [], found: [], taken: new Map() };
	const host = await recordHost(hosts);
	const known = await host.read(names.map(objectRecordPath));
	const foreign = new Set<string>();
	for (const name of names) if (!known.has(objectRecordPath(name)) && (await isForeign(name))) foreign.add(name);
	return inTurn(async () => {
		// An object that another resource has made meanwhile has a record now, and is not foreign.
		const records = await host.read(names.map(objectRecordPath));
		const added = names.filter((name) => !records.has(objectRecordPath(name)));
		const now = names.map((name) => {
			const ownership = takenOver(records, name, owner);
			const isFound = added.includes(name) && foreign.has(name);
			return { name, ownership: isFound ? { ...ownership, found: true as const } : ownership };
		});
		await host.write(now.map(({ name, ownership }) => record(name, ownership)));
		const taken = names.flatMap((name): [string, FileToWrite][] => {
			const before = ownershipOf(records, name);
			return before && before.owner !== owner ? [[name, record(name, before)]] : [];
		});
		return {
			added,
			found: now.filter(({ ownership }) => ownership.found).map(({ name }) => name),
			taken: new Map(taken),
		};
	});
}

/** Gives objects that were taken over and not applied back to their former owners. */
export async function returnObjects(hosts: readonly HostReference[], records: readonly FileToWrite[]): Promise<void> {
	if (records.length > 0) await (await recordHost(hosts)).write([...records]);
}

/** The names for which any resource of this package is recorded as owner. */
export async function recordedObjects(hosts: readonly HostReference[], names: readonly string[]) {
	const records = await (await recordHost(hosts)).read(names.map(objectRecordPath));
	return names.filter((name) => records.has(objectRecordPath(name)));
}

/**
 * The names still owned by `id`: objects that it made, which a delete removes, and objects that it found, which stay. The
 * other names now belong to other resources.
 */
export async function objectsOwnedBy(
	hosts: readonly HostReference[],
	names: readonly string[],
	id: string,
): Promise<{ made: string[]; found: string[] }> {
	const host = await recordHost(hosts);
	return inTurn(async () => {
		const records = await host.read(names.map(objectRecordPath));
		const ownerships = names.map((name): ObjectOwnership => ownershipOf(records, name) ?? { owner: id });
		const current = ownerships.map((ownership) => ({ ...ownership, former: [], ...currentOwnership(ownership) }));
		const inherited = names.flatMap((name, index) =>
			current[index]!.owner === ownerships[index]!.owner ? [] : [record(name, current[index]!)],
		);
		if (inherited.length > 0) await host.write(inherited);
		const owned = (isFound: boolean) =>
			names.filter((_, index) => current[index]!.owner === id && Boolean(current[index]!.found) === isFound);
		return { made: owned(false), found: owned(true) };
	});
}

/** Removes the ownership records of deleted objects. */
export async function forgetObjects(hosts: readonly HostReference[], names: readonly string[]): Promise<void> {
	await (await recordHost(hosts)).remove(names.map(objectRecordPath));
}

/** Ownership of an object, and whether the object was in the API before this package. */
interface ObjectOwnership extends Ownership {
	found?: true;
}

/** Line of a record that says that the object was found. No id is like it. */
const FOUND = "found";

function recordHost(hosts: readonly HostReference[]): Promise<Host> {
	return firstReached(hosts, reach);
}

function takenOver(records: Map<string, FileOnHost>, name: string, id: string): ObjectOwnership {
	const before = ownershipOf(records, name);
	return { ...transferOwnership(before, id), ...(before?.found ? { found: true } : {}) };
}

function record(name: string, { owner, former = [], found }: ObjectOwnership): FileToWrite {
	const content = [...(found ? [FOUND] : []), ...former, owner].join("\n");
	return { path: objectRecordPath(name), content, ...recordAccess };
}

/** Reads a record: one id a line, former owners first, the owner last; before them, `found` for an object that was found. */
function ownershipOf(records: Map<string, FileOnHost>, name: string): ObjectOwnership | undefined {
	const lines = records.get(objectRecordPath(name))?.content.toString().split("\n");
	if (!lines) return undefined;
	const ids = lines.filter((line) => line !== FOUND);
	return { owner: ids.at(-1)!, former: ids.slice(0, -1), ...(ids.length < lines.length ? { found: true } : {}) };
}
