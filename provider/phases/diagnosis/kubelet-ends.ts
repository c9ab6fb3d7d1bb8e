import type { Host } from "../../hosts/host";
import { redact } from "../../hosts/redact";
import { serviceCommand } from "../../hosts/service";
import { passing, withoutNumbers } from "./exits";

/** Lines of a process that ends itself: klog's severity F, and what Go prints of a panic. */
const fatal = /^F\d{4} |^panic: |^fatal error: /;

/** Lines of a kubelet that refuses its flags or its configuration: the next try ends like the last. */
const refusal = /unknown (shorthand )?flag|unrecognized feature gate|invalid configuration/;

/** Lines with klog's severity E, in its text form and in JSON. */
const error = /^E\d{4} |^\{.*"err":/;

/** Errors that name a step of the start. Among several errors they are more likely the last one's cause. */
const start = /command failed|Failed to (start|run|initialize|create)/;

/** systemd's line about a process that ended by itself, or was killed. A process that systemd stopped ends with status 0 or 15. */
const ended =
	/kubelet\.service: Main process exited, (code=exited, status=(?!0\/|143\/)|code=(killed|dumped), status=(?!15\/))/;

/** Time before the first observation from which ends count, as the kubelet is started just before. */
const BEFORE_SECONDS = 5;

/** Shortest time between two observations. */
const INTERVAL_MILLISECONDS = 1000;

/**
 * Watches for a kubelet that ends again and again, because systemd restarts it each time.
 * @returns a function, for a wait to call again and again. It returns the reason once the kubelet will certainly not come
 * up: it refuses a flag, or ends twice with one line that no other component can resolve. Until then, and within a second
 * after the last observation, it returns undefined.
 */
export function watchKubelet(host: Host): () => Promise<string | undefined> {
	let next = 0;
	let since: number | undefined;
	return async () => {
		if (performance.now() < next) return undefined;
		next = performance.now() + INTERVAL_MILLISECONDS;
		// Ends before count for nothing: systemd restarts a kubelet that has no configuration yet again and again.
		const { ends, now } = await kubeletEnds(host, since === undefined ? { secondsAgo: BEFORE_SECONDS } : { since });
		since ??= now - BEFORE_SECONDS;
		const [before, last] = [ends.at(-2), ends.at(-1)];
		if (last === undefined || passing.test(last)) return undefined;
		if (refusal.test(last)) return redact(`ends at once: ${wordsOf(last)}`);
		const isSame = before !== undefined && beginningOf(before) === beginningOf(last);
		return isSame ? redact(`ends again and again: ${wordsOf(last)}`) : undefined;
	};
}

/**
 * Reads the ends of a kubelet's processes from the host's journal, as `endsIn` tells them.
 * @param from.since the earliest end, as Unix time in seconds by the host's clock. @default `secondsAgo` seconds ago
 * @param from.secondsAgo how long ago the earliest end may be. @default 60
 * @returns the line that tells why each process ended, oldest first, and the host's Unix time in seconds
 */
export async function kubeletEnds(
	host: Host,
	{ since, secondsAgo = 60 }: { since?: number; secondsAgo?: number } = {},
): Promise<{ ends: string[]; now: number }> {
	const { stdout } = await host.run({
		intent: "look for processes that ended",
		script: `now=$(date +%s); echo "$now"; since=${since ?? `$((now - ${secondsAgo}))`}
${serviceCommand.log("kubelet", "@$since", 2000)} | grep -E '^[EF][0-9]{4} |^panic: |^fatal error: |"err":|Main process exited|Scheduled restart job|^Started ' | cut -c1-800 | tail -n 300
exit 0`,
		timeoutSeconds: 30,
	});
	const [now, ...lines] = stdout.split("\n");
	return { ends: endsIn(lines), now: Number(now) };
}

/**
 * Returns the line that tells why each process in a log ended, oldest first: the first fatal line, else an error, else
 * systemd's own line. A process that systemd stopped did not end, and an end before the last start by hand does not count:
 * what it ended by may have been changed since.
 */
export function endsIn(lines: readonly string[]): string[] {
	let ends: string[] = [];
	let ofProcess: string[] = [];
	let isRestart = false;
	for (const line of lines) {
		if (line.includes("Scheduled restart job")) isRestart = true;
		else if (line.startsWith("Started ")) {
			if (!isRestart) ends = [];
			[ofProcess, isRestart] = [[], false];
		} else if (!line.includes("Main process exited")) ofProcess.push(line);
		else if (ended.test(line)) ends.push(reasonIn(ofProcess) ?? line);
	}
	return ends;
}

/** Chooses the line that tells most of a failure by its severity, not by its place. */
function reasonIn(lines: readonly string[]): string | undefined {
	const errors = lines.filter((line) => error.test(line));
	return lines.find((line) => fatal.test(line)) ?? errors.findLast((line) => start.test(line)) ?? errors.at(-1);
}

/** What two ends by the same cause have in common: lists that Go prints further on come in any order. */
function beginningOf(line: string): string {
	return withoutNumbers(wordsOf(line)).slice(0, 80);
}

/** Cuts klog's header off a line: severity, time, process and place in the source. */
function wordsOf(line: string): string {
	return line.replace(/^[EF]\d{4} [^\]]*\] /, "").slice(0, 300);
}
