import { runtimeEndpoint } from "../../hosts/container-runtime/endpoint";
import { lastLogLines } from "../../hosts/container-runtime/log";
import { type ContainerStatus, wholeSeconds, withRuntime } from "../../hosts/container-runtime/runtime";
import { lastWritten } from "../../hosts/files/last-written";
import type { Host } from "../../hosts/host";
import { HostError } from "../../hosts/host-error";
import { redact } from "../../hosts/redact";
import type { Pod } from "../../render/static-pods/pod";
import { type StaticPodName, staticPodPath } from "../../render/static-pods/static-pods";
import { containerOf } from "../control-plane/sandboxes";

/** A container's end. */
interface Exit {
	id: string;
	exitCode: number;
	/** The last log lines. */
	log: string[];
}

/** Log lines of failures that no other component can resolve. */
const certain = /unknown (shorthand )?flag|flag needs an argument|invalid argument .* for .*flag/i;

/** Log lines of failures that end once another component is up. */
export const passing =
	/refused|deadline|timed? ?out|unavailable|unreachable|no route|no leader|reset by peer|lookup |x509|EOF/i;

/** Shortest time between two observations of the containers. */
const INTERVAL_MILLISECONDS = 1000;

/**
 * Watches for a static pod's container that ends again and again.
 * @returns a function, for a wait to call again and again. It returns the reason once the component will certainly not come
 * up: the container refuses a flag, or ends twice with one error that no other component can resolve. Until then, and
 * within a second after the last observation, it returns undefined.
 */
export function watchExits(host: Host, pod: Pod): () => Promise<string | undefined> {
	const errors = new Map<string, string>();
	let next = 0;
	let endpoint: Promise<string> | undefined;
	return async () => {
		if (performance.now() < next) return undefined;
		next = performance.now() + INTERVAL_MILLISECONDS;
		endpoint ??= runtimeEndpoint(host);
		const exit = await newExit(host, pod, { endpoint: await endpoint, known: errors });
		if (!exit) return undefined;
		const refusal = exit.log.find((line) => certain.test(line));
		if (refusal) return redact(`ends at once: ${refusal}`);
		const error = exit.log.at(-1) ?? "";
		const same = [...errors.values()].includes(withoutNumbers(error));
		errors.set(exit.id, withoutNumbers(error));
		if (!same || exit.log.slice(-3).some((line) => passing.test(line))) return undefined;
		return redact(`ends with exit code ${exit.exitCode} again and again: ${error.slice(0, 300)}`);
	};
}

/** Reads a container's last log lines, at most 12, without the stack traces that Go programs print. */
export async function lastLogLinesOf(host: Host, { logPath }: ContainerStatus): Promise<string[]> {
	const lines = await lastLogLines(host, logPath, 80);
	const stack = lines.findIndex((line) => /^goroutine \d/.test(line));
	return lines
		.slice(0, stack < 0 ? undefined : stack)
		.map((line) => line.replace(/,"stacktrace":.*/, ""))
		.filter((line) => line !== "")
		.slice(-12);
}

/** The newest failed container that was started from the current manifest, at least 2 s after it was placed. */
async function newExit(
	host: Host,
	pod: Pod,
	{ endpoint, known }: { endpoint: string; known: ReadonlyMap<string, unknown> },
): Promise<Exit | undefined> {
	const exited = await withRuntime(host, endpoint, async ({ listContainers, containerStatus }) => {
		const [newest] = await listContainers({ ...containerOf(pod), state: "CONTAINER_EXITED" });
		return newest && !known.has(newest.id) ? containerStatus(newest.id) : undefined;
	}).catch(unlessSilent);
	if (!exited || exited.exitCode === 0) return undefined;
	const [placed] = await lastWritten(host, [[staticPodPath(pod.metadata.name as StaticPodName)]]);
	if (placed === undefined || wholeSeconds(exited.createdAt) <= placed + 2) return undefined;
	return { id: exited.id, exitCode: exited.exitCode, log: await lastLogLinesOf(host, exited) };
}

/** Ignores a runtime that does not answer: the explanation at the end of the wait covers that. */
function unlessSilent(error: unknown): undefined {
	if (!(error instanceof HostError && error.layer === "container runtime")) throw error;
}

/** Replaces times, process ids and memory addresses, which differ from one attempt to the next. */
export function withoutNumbers(line: string): string {
	return line.replace(/0x[0-9a-f]+|\d+/g, "#");
}
