import { runtimeEndpoint } from "../../hosts/container-runtime/endpoint";
import { wholeSeconds, withRuntime } from "../../hosts/container-runtime/runtime";
import type { Host } from "../../hosts/host";
import { HostError } from "../../hosts/host-error";
import type { Pod } from "../../render/static-pods/pod";
import { containerOf } from "../control-plane/sandboxes";
import { lastLogLinesOf } from "./exits";

/** State of a static pod's containers, as the container runtime tells it. */
export interface ContainerEvidence {
	/** Why there is no evidence: the host was not reached, or the runtime or the log could not be read. Absent otherwise. */
	silent?: string;
	/** State and exit code of the newest container: `Running 0`, `Exited 1`; empty where there is none. */
	container: string;
	/**
	 * Exit code of the newest container if that ended, also 0. While the newest is younger than 20 s: exit code of the last
	 * container that ended, if that failed and was made from the current manifest. Else empty.
	 */
	failed: string;
	/** Last log lines of the newest container that ended, else of the running one: at most 12, each of at most 800 characters. */
	log: string[];
}

/** Age from which a container counts as staying up. */
const NEXT_TRY_SECONDS = 20;

const states = {
	CONTAINER_CREATED: "Created",
	CONTAINER_RUNNING: "Running",
	CONTAINER_EXITED: "Exited",
	CONTAINER_UNKNOWN: "Unknown",
};

/**
 * Reads the state of a static pod's containers. Times are Unix times in seconds by the host's clock: `now`, and `placed`,
 * when the manifest was written; a container that is older than the manifest does not count as failed.
 * @returns the evidence; where the host or the runtime does not answer, `silent` has the reason and the rest is empty
 */
export async function containerEvidence(
	host: Host,
	pod: Pod,
	{ now, placed }: { now: number; placed: number },
): Promise<ContainerEvidence> {
	try {
		const endpoint = await runtimeEndpoint(host);
		const [newest, last] = await withRuntime(host, endpoint, async ({ listContainers, containerStatus }) => {
			const all = await listContainers(containerOf(pod));
			const chosen = [all[0], all.find(({ state }) => state === "CONTAINER_EXITED")];
			return Promise.all(chosen.map((container) => container && containerStatus(container.id)));
		});
		if (!newest) return { container: "", failed: "", log: [] };
		const ended = newest.state === "CONTAINER_EXITED";
		const isNextTry = now - wholeSeconds(newest.createdAt) < NEXT_TRY_SECONDS;
		const before = last && isNextTry && last.exitCode !== 0 && wholeSeconds(last.createdAt) >= placed && last;
		const failed = ended ? newest : before;
		return {
			container: `${states[newest.state]} ${newest.exitCode}`,
			failed: failed ? String(failed.exitCode) : "",
			log: (await lastLogLinesOf(host, last ?? newest)).map((line) => line.slice(0, 800)),
		};
	} catch (error) {
		if (!(error instanceof HostError)) throw error;
		return { silent: error.what, container: "", failed: "", log: [] };
	}
}
