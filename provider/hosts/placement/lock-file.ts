import { hostname, userInfo } from "node:os";
import type { Host } from "../host";
import { hasEnded, type ProcessName, thisProcess } from "./process-name";
import { knownProgram, type Program, programText } from "./program";

/** Path of the lock on a host. A restart of the host empties its folder. */
export const LOCK = "/run/pulumi-kubeadm.lock";

/** Seconds without a renewal after which a lock lapses. The host's uptime counts, which no change of a clock moves. */
export const LAPSE_SECONDS = 90;

/** One taking of a lock. */
export interface LockClaim {
	/** Random name of the process. */
	token: string;
	/** Time of the taking, ISO 8601. */
	since: string;
}

/** The last line of a lock: who holds it, for messages. */
interface Holder extends Program {
	/** `user@machine` of the person that runs the program. */
	user: string;
	/** Time since which the lock is held, ISO 8601. */
	since: string;
	/** Random name of the process. Absent in a lock of an older release. */
	token?: string;
	/** The process that holds the lock. Absent in a lock of an older release. */
	process?: ProcessName;
}

/**
 * Takes or renews the lock on a host, in one exchange, unless another process holds it. A lock of this program whose process
 * has ended on this machine, as it was killed, is taken over at once.
 * @returns the holder in words; undefined where the lock is taken
 */
export async function takeLock(host: Host, claim: LockClaim): Promise<string | undefined> {
	const holder = await takeUnlessHeld(host, claim);
	if (!holder) return undefined;
	const { ids } = knownProgram();
	const isOwn = ids.includes(holder.id);
	if (!isOwn || (holder.process && !hasEnded(holder.process))) return holderText(holder, isOwn);
	const next = await takeUnlessHeld(host, claim, [holder.token ?? holder.id]);
	return next && holderText(next, ids.includes(next.id));
}

/** @param ended names of processes that have ended @returns the holder of a lock that is not taken */
async function takeUnlessHeld(
	host: Host,
	{ token, since }: LockClaim,
	ended: readonly string[] = [],
): Promise<Holder | undefined> {
	const { ids, name } = knownProgram();
	// A program that is not known by an id yet holds the lock by its token alone.
	const [id = token] = ids;
	const holder: Holder = { id, name, user: userName(), since, token, process: thisProcess() };
	const { stdout } = await host.run({
		intent: "take the host's lock",
		stdin: `${[...ended, token].join(" ")}\n${id} ${token}\n${JSON.stringify(holder)}\n`,
		script: TAKE,
	});
	return stdout.trim() === "" ? undefined : (JSON.parse(stdout) as Holder);
}

function holderText(holder: Holder, isOwn: boolean): string {
	const who = isOwn ? `another run of ${programText(holder)}` : programText(holder);
	return `${who} of ${holder.user}, which works there since ${holder.since}`;
}

/** Removes the lock on a host, if it is still the one of this process. */
export async function removeLock(host: Host, token: string): Promise<void> {
	await host.run({
		intent: "release the host's lock",
		script: `exec 9</run && flock 9 || exit 1\ngrep -qs ' ${token}$' ${LOCK} && rm -f ${LOCK}\nexit 0`,
	});
}

function userName(): string {
	try {
		return `${userInfo().username}@${hostname()}`;
	} catch {
		// A container's user may have no name.
		return `user ${process.getuid?.()}@${hostname()}`;
	}
}

/**
 * Script that takes a lock. Its input is a line with the names that may take a held lock over, then the lock's lines: the
 * id and the token of the holder, and the holder as JSON. The script puts the host's uptime before them. It prints the holder of a
 * lock that it does not take.
 */
const TAKE = `
umask 077
exec 9</run && flock 9 || exit 1
read -r mine
now=$(cut -d. -f1 /proc/uptime)
isHeld() {
	{ read -r renewed && read -r id token && read -r holder; } 2>/dev/null < ${LOCK} || return 1
	case $renewed in ''|*[!0-9]*) return 1; esac
	case " $mine " in *" $id "*|*" $token "*) return 1; esac
	[ "$renewed" -le "$now" ] && [ $((now - renewed)) -lt ${LAPSE_SECONDS} ]
}
if isHeld; then printf '%s\\n' "$holder"; else { echo "$now"; cat; } > ${LOCK}; fi`;
