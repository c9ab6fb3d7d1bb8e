import { setTimeout as pause } from "node:timers/promises";

/** What a look at a subject showed. `hopeless`: it will not come, so the wait ends at once. */
export type Observation<T> = { done: true; value: T } | { done: false; saw: string; hopeless?: boolean };

/** Something to wait for. */
export interface Wait<T> {
	/** "API server of cp-1": errors and status lines begin with it. */
	subject: string;
	/** Limit in seconds. At least one look is taken. */
	timeoutSeconds: number;
	/** Longest pause between two looks, in seconds. @default 1 */
	intervalSeconds?: number;
	/** One look. What it throws ends the wait. */
	observe: () => Promise<Observation<T>>;
	/** Is told each time that something else is seen: `API server of cp-1: connection refused (4 s of 240 s)`. */
	onStatus?: (status: string) => void;
	/** Asked at the end of a wait in vain for what stands behind it: the layer that failed and the next command to type. Ends the error's text. */
	explain?: () => Promise<string>;
}

/** A wait in vain: it came to its limit, or what it saw was certain. */
export class WaitError extends Error {
	readonly subject: string;
	/** Seconds. */
	readonly limit: number;
	readonly lastObservation: string;

	constructor({ subject, limit, lastObservation, hopelessAfter, explanation }: Vain) {
		const seen =
			hopelessAfter === undefined
				? `not there after ${limit} s; last seen: ${lastObservation}`
				: `given up after ${hopelessAfter} s of ${limit} s: ${lastObservation}`;
		super(`${subject}: ${seen}${explanation ? `\n${explanation}` : ""}`);
		this.name = "WaitError";
		this.subject = subject;
		this.limit = limit;
		this.lastObservation = lastObservation;
	}
}

/** How a wait ended in vain. */
interface Vain {
	subject: string;
	/** Seconds. */
	limit: number;
	lastObservation: string;
	/** Seconds after which it was certain; absent where the limit ended it. */
	hopelessAfter?: number | undefined;
	explanation?: string | undefined;
}

/** Looks at once and then at growing intervals until it is done; throws a `WaitError` at the limit, or once it is certain that it will not come. */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
	const { subject, timeoutSeconds, intervalSeconds = 1, observe, onStatus } = wait;
	const start = performance.now();
	const deadline = start + timeoutSeconds * 1000;
	const elapsed = () => Math.round((performance.now() - start) / 1000);
	let last: string | undefined;
	for (let milliseconds = 100; ; milliseconds *= 1.5) {
		const look = await withinLimit(observe(), deadline);
		if (look === "late") throw await inVain(wait, last ?? "nothing: the first look did not end");
		if (look.done) return look.value;
		if (look.hopeless) throw await inVain(wait, look.saw, elapsed());
		if (look.saw !== last) onStatus?.(`${subject}: ${look.saw} (${elapsed()} s of ${timeoutSeconds} s)`);
		last = look.saw;
		const left = deadline - performance.now();
		if (left <= 0) throw await inVain(wait, last);
		await pause(Math.min(milliseconds, intervalSeconds * 1000, left));
	}
}

async function inVain(
	{ subject, timeoutSeconds, explain }: Wait<unknown>,
	lastObservation: string,
	hopelessAfter?: number,
): Promise<WaitError> {
	const explanation = await explain?.().catch((error: Error) => `why is not known: ${error.message}`);
	return new WaitError({ subject, limit: timeoutSeconds, lastObservation, hopelessAfter, explanation });
}

/** A look that hangs must not outlive the limit; one that began in time may take a second more. */
async function withinLimit<T>(look: Promise<T>, deadline: number): Promise<T | "late"> {
	const stop = new AbortController();
	const late = pause(Math.max(deadline - performance.now(), 0) + 1000, "late" as const, { signal: stop.signal });
	late.catch(() => {});
	try {
		return await Promise.race([look, late]);
	} finally {
		stop.abort();
	}
}
