import { firstReached } from "../hosts/first-reached";
import type { Host } from "../hosts/host";
import { beginUpdate, forgetUpdate, type LastUpdates, lastUpdates } from "../hosts/placement/last-update";
import { currentConnection, type HostReference, reach } from "../hosts/reach";
import { hostName } from "../hosts/ssh/connection";
import { credentialsDigest } from "../hosts/ssh/credentials";
import { machinesOf, type Whereabouts } from "./machine-guards";

/** What each machine's records say, by connection: asked once per process. Empty for a machine that does not answer in time. */
const looks = new Map<string, Promise<LastUpdates>>();

/** Limit of a look, in seconds: a preview of a machine that does not answer takes no longer for it. */
const LIMIT_SECONDS = 3;

/** Begins to ask a machine for the changes that were begun there, so that the answer is there when the first resource needs it. */
export function lookAhead(state: Whereabouts): void {
	for (const machine of machinesOf(state)) void lookAt(machine);
}

/**
 * Whether the last change of a resource was begun and its end is not in the state: the process was killed, or the change
 * failed. False where no machine of the resource answers.
 * @param known id of the last change in the state
 */
export async function isInterrupted(id: string, state: Whereabouts, known: unknown): Promise<boolean> {
	const updates = await Promise.all(changedOn(state).map(lookAt));
	const begun = updates.map((each) => each.get(id)).filter((update) => update !== undefined);
	return begun.length > 0 && !begun.includes(known as string);
}

/** Records on the machine of a resource that a change begins. @returns its id; `undefined` for a resource without a machine */
export async function begin(id: string, state: Whereabouts): Promise<string | undefined> {
	return onMachine(state, (host) => beginUpdate(host, id));
}

/** Forgets the last change of a resource that is deleted. */
export async function forget(id: string, state: Whereabouts): Promise<void> {
	await onMachine(state, (host) => forgetUpdate(host, id));
}

async function onMachine<T>(state: Whereabouts, action: (host: Host) => Promise<T>): Promise<T | undefined> {
	const machines = changedOn(state);
	return machines.length === 0 ? undefined : action(await firstReached(machines, reach));
}

/** The machines whose records tell of a resource: none for a `Host`, whose changes are those of its connection. */
function changedOn({ host, controlPlanes }: Whereabouts): HostReference[] {
	return machinesOf({ ...(host && { host }), ...(controlPlanes && { controlPlanes }) });
}

function lookAt(machine: HostReference): Promise<LastUpdates> {
	const { connection } = currentConnection(machine);
	const key = JSON.stringify([hostName(connection), credentialsDigest(connection)]);
	const look = looks.get(key) ?? Promise.race([ask(machine), noAnswer()]);
	looks.set(key, look);
	return look;
}

async function ask(machine: HostReference): Promise<LastUpdates> {
	const { connection } = machine;
	const once = { ...connection, dialErrorLimit: 1, perDialTimeout: LIMIT_SECONDS };
	try {
		return await lastUpdates(await reach({ ...machine, connection: once }));
	} catch {
		// A change or a refresh says what is wrong with the machine. A preview does not need the machine.
		return new Map();
	}
}

async function noAnswer(): Promise<LastUpdates> {
	await new Promise((resolve) => setTimeout(resolve, LIMIT_SECONDS * 1000).unref());
	return new Map();
}
