import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Host } from "../host";
import { status } from "../status";
import { waitFor } from "../wait";
import { timeNow } from "../wait-status";
import { LAPSE_SECONDS, LOCK, type LockClaim, removeLock, takeLock } from "./lock-file";

/** Seconds between two renewals. A host with one channel may be busy for a minute. */
const RENEWAL_SECONDS = 20;

/** Seconds without an operation after which a lock is released. */
const IDLE_SECONDS = 3;

/** Limit of the wait for another program, in seconds. */
const WAIT_SECONDS = 300;

/** Limit of the release when the process ends, in milliseconds. The engine grants five seconds. */
const END_MILLISECONDS = 2000;

/** Random name of this process: a lock that it lost sight of is taken again at once. */
const TOKEN = randomUUID();

/** This process's lock on a host. */
interface Hold {
	host: Host;
	/** Number of operations that run on the host, or wait for its lock. */
	running: number;
	/** Present while the lock is held. */
	claim?: LockClaim;
	/** Present while the lock is being taken, and while it is held. */
	taken?: Promise<void>;
	renewal?: NodeJS.Timeout;
	idle?: NodeJS.Timeout;
}

/** Locks of this process, by the host's name. */
const holds = new Map<string, Hold>();

/**
 * Runs an operation that changes a host, while this program holds the host's lock. The first of several operations takes the
 * lock, in one exchange. The lock is renewed while operations run, is released a few seconds after the last one or at the
 * end of the process, and lapses 90 s after the last renewal of a process that was killed. Other processes are held off.
 * @throws WaitError where another process holds the lock for five minutes; the message names its program and user
 */
export async function withHostLock<T>(host: Host, operation: () => Promise<T>): Promise<T> {
	const hold = holds.get(host.name) ?? { host, running: 0 };
	holds.set(host.name, hold);
	clearTimeout(hold.idle);
	hold.running++;
	try {
		hold.taken ??= take(hold);
		await hold.taken;
		return await operation();
	} finally {
		hold.running--;
		if (hold.running === 0) hold.idle = setTimeout(() => release(hold), IDLE_SECONDS * 1000).unref();
	}
}

async function take(hold: Hold): Promise<void> {
	const { host } = hold;
	try {
		const claim = await waitFor<LockClaim>({
			subject: host.name,
			timeoutSeconds: WAIT_SECONDS,
			intervalSeconds: 2,
			onStatus: status,
			toldAfterSeconds: 0,
			observe: async () => {
				const attempt = { token: TOKEN, since: timeNow() };
				const holder = await takeLock(host, attempt);
				return holder === undefined ? { done: true, value: attempt } : { done: false, saw: `waits for ${holder}` };
			},
			explain: async () =>
				`  nothing was changed on this host; next: \`pulumi up\` again when that run has ended. Its lock lapses ${LAPSE_SECONDS} s after it was killed: ${host.typed(`cat ${LOCK}`)}`,
		});
		hold.claim = claim;
		hold.renewal = setInterval(() => renew(hold, claim), RENEWAL_SECONDS * 1000).unref();
	} catch (error) {
		forget(hold);
		throw error;
	}
	releaseAtEnd();
}

/** Renews a lock. A lock that lapsed and was taken by another program is forgotten: the next operation waits for it. */
async function renew(hold: Hold, claim: LockClaim): Promise<void> {
	// A renewal that fails is tried again at the next turn.
	const holder = await takeLock(hold.host, claim).catch(() => undefined);
	if (holder === undefined || hold.claim !== claim) return;
	status(`warning: ${hold.host.name}: the lock on this host lapsed, and was taken by ${holder}`);
	forget(hold);
}

async function release(hold: Hold): Promise<void> {
	const { host, claim } = hold;
	forget(hold);
	// A lock that cannot be removed lapses.
	if (claim) await removeLock(host, claim.token).catch(() => {});
}

function forget(hold: Hold): void {
	clearInterval(hold.renewal);
	clearTimeout(hold.idle);
	delete hold.claim;
	delete hold.taken;
}

let isReleasedAtEnd = false;

/** Releases the locks of idle hosts when the engine ends this process, which it does with SIGINT. */
function releaseAtEnd(): void {
	if (isReleasedAtEnd) return;
	isReleasedAtEnd = true;
	process.once("SIGINT", async () => {
		const idle = [...holds.values()].filter(({ running }) => running === 0);
		await Promise.race([Promise.all(idle.map(release)), pause(END_MILLISECONDS)]);
		process.kill(process.pid, "SIGINT");
	});
}
