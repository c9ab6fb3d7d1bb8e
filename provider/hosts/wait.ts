import { setTimeout as pause } from "node:timers/promises";
import { toldObservations } from "./wait-status";

/**
 * Result of one observation: done with a value, or not done with what was observed (`saw`). `hopeless` true ends the wait at
 * once, because the subject will certainly not come.
 */
export type Observation<T> = { done: true; value: T } | { done: false; saw: string; hopeless?: boolean };

/** A wait: its subject, limit and observation. */
export interface Wait<T> {
	/** Beginning of errors and status lines: `cp-1: etcd`. */
	subject: string;
	/** Limit in seconds. At least one observation is made. */
	timeoutSeconds: number;
	/** Longest pause between two observations, in seconds. @default 1 */
	intervalSeconds?: number;
	/** Observes the subject once. An error ends the wait. */
	observe: () => Promise<Observation<T>>;
	/** Receives what `toldObservations` chooses: `cp-1: etcd: no answer yet (6 s of 240 s)`. @default none */
	onStatus?: (status: string) => void;
	/** Seconds after which the wait is told for the first time. A wait that ends before tells nothing. @default 5 */
	toldAfterSeconds?: number;
	/** Explains a wait that failed: the failing layer and the next command to type. Appended to the error's message. @default none */
	explain?: () => Promise<string>;
}

/** Error of a wait that reached its limit, or whose subject will certainly not come. */
export class WaitError extends Error {
	/** Subject of the wait: `cp-1: etcd`. */
	readonly subject: string;
	/** Limit of the wait in seconds. */
	readonly limit: number;
	/** The last observation before the wait ended. */
	readonly lastObservation: string;

	constructor({ subject, limit, lastObservation, hopelessAfter, explanation }: FailedWait) {
		const end =
			hopelessAfter === undefined
				? `limit of ${limit} s reached; last observation: ${lastObservation}`
				: `${lastObservation} (after ${hopelessAfter} s of ${limit} s)`;
		super(`${subject}: ${end}${explanation ? `\n${explanation}` : ""}`);
		this.name = "WaitError";
		this.subject = subject;
		this.limit = limit;
		this.lastObservation = lastObservation;
	}
}

/** End of a wait that failed. */
interface FailedWait {
	subject: string;
	/** Seconds. */
	limit: number;
	lastObservation: string;
	/** Seconds after which the failure was certain; absent where the limit ended the wait. */
	hopelessAfter?: number | undefined;
	explanation?: string | undefined;
}

/**
 * Observes a subject at once and then at growing intervals, from 0.1 s on, until an observation is done.
 * @returns the value of the last observation
 * @throws WaitError at the limit, or at once where an observation is hopeless
 * @throws an error of `observe`, at once
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
	const { subject, timeoutSeconds, intervalSeconds = 1, observe, onStatus } = wait;
	const start = performance.now();
	const deadline = start + timeoutSeconds * 1000;
	const elapsed = () => Math.round((performance.now() - start) / 1000);
	const isTold = toldObservations(wait.toldAfterSeconds);
	let last: string | undefined;
	for (let milliseconds = 100; ; milliseconds *= 1.5) {
		const observation = await withinLimit(observe(), deadline);
		if (observation === "late") throw await failedWait(wait, last ?? "none: the first observation did not end");
		if (observation.done) return observation.value;
		if (observation.hopeless) throw await failedWait(wait, observation.saw, elapsed());
		last = observation.saw;
		if (isTold(last, elapsed())) onStatus?.(`${subject}: ${last} (${elapsed()} s of ${timeoutSeconds} s)`);
		const left = deadline - performance.now();
		if (left <= 0) throw await failedWait(wait, last);
		await pause(Math.min(milliseconds, intervalSeconds * 1000, left));
	}
}

async function failedWait(
	{ subject, timeoutSeconds, explain }: Wait<unknown>,
	lastObservation: string,
	hopelessAfter?: number,
): Promise<WaitError> {
	const explanation = await explain?.().catch((error: Error) => `  the cause is not known: ${error.message}`);
	return new WaitError({ subject, limit: timeoutSeconds, lastObservation, hopelessAfter, explanation });
}

/** Ends an observation that hangs: it may take a second longer than the limit. */
async function withinLimit<T>(observation: Promise<T>, deadline: number): Promise<T | "late"> {
	const stop = new AbortController();
	const late = pause(Math.max(deadline - performance.now(), 0) + 1000, "late" as const, { signal: stop.signal });
	late.catch(() => {});
	try {
		return await Promise.race([observation, late]);
	} finally {
		stop.abort();
	}
}
