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

/** How a container ended. */
interface Exit {
	id: string;
	exitCode: number;
	/** Its last lines. */
	log: string[];
}

/** The same words bring the same end, whatever else comes up meanwhile. */
const certain = /unknown (shorthand )?flag|flag needs an argument|invalid argument .* for .*flag/i;

/** What ends when another component comes up. */
const passing =
	/refused|deadline|timed? ?out|unavailable|unreachable|no route|no leader|reset by peer|lookup |x509|EOF/i;

/** Few processes start meanwhile: a look takes little of the host's time. */
const INTERVAL_MILLISECONDS = 1000;

/**
 * Watches how a static pod's container ends.
 * @returns asks again, and says why it will not come up once that is certain: a flag that does not exist, or the same
 * error twice that no other component can mend
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
		const word = exit.log.find((line) => certain.test(line));
		if (word) return redact(word);
		const error = exit.log.at(-1) ?? "";
		const same = [...errors.values()].includes(withoutNumbers(error));
		errors.set(exit.id, withoutNumbers(error));
		if (!same || exit.log.slice(-3).some((line) => passing.test(line))) return undefined;
		return redact(`it ended with exit code ${exit.exitCode} again and again: ${error.slice(0, 300)}`);
	};
}

/** A container's last lines, without the stacks that Go programs print after the reason. */
export async function lastWords(host: Host, { logPath }: ContainerStatus): Promise<string[]> {
	const lines = await lastLogLines(host, logPath, 80);
	const stack = lines.findIndex((line) => /^goroutine \d/.test(line));
	return lines
		.slice(0, stack < 0 ? undefined : stack)
		.map((line) => line.replace(/,"stacktrace":.*/, ""))
		.filter((line) => line !== "")
		.slice(-12);
}

/** The newest failure of a container that was made from the manifest as it lies there now, and not just as it was placed. */
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
	return { id: exited.id, exitCode: exited.exitCode, log: await lastWords(host, exited) };
}

/** A runtime that does not answer is what the wait's end explains. */
function unlessSilent(error: unknown): undefined {
	if (!(error instanceof HostError && error.layer === "container runtime")) throw error;
}

/** Times, process ids and addresses in memory differ each time. */
function withoutNumbers(line: string): string {
	return line.replace(/0x[0-9a-f]+|\d+/g, "#");
}
