import { runtimeEndpoint } from "../../hosts/container-runtime/endpoint";
import { type ContainerRuntime, wholeSeconds, withRuntime } from "../../hosts/container-runtime/runtime";
import { lastWritten } from "../../hosts/files/last-written";
import type { Host } from "../../hosts/host";
import { serviceOf } from "../../hosts/service";
import type { Pod } from "../../render/static-pods/pod";
import { type StaticPodName, staticPodPath } from "../../render/static-pods/static-pods";
import { filesReadAtStart } from "./files-read-at-start";
import { containerOf, isOf } from "./sandboxes";

/** A pod whose component has not read its files as they are now, and the id of the pod's main container. */
export interface StalePod {
	pod: Pod;
	container: string;
}

/**
 * Lists the pods whose main container started before a file was written that the component reads only when it starts. Empty
 * where every pod is up to date.
 */
export async function stalePods(host: Host, pods: readonly Pod[]): Promise<StalePod[]> {
	const written = await lastWritten(host, pods.map(filesReadAtStart));
	return withRuntime(host, await runtimeEndpoint(host), async ({ listContainers, containerStatus }) => {
		const stale: StalePod[] = [];
		for (const [index, pod] of pods.entries()) {
			const [newest] = await listContainers({ ...containerOf(pod), state: "CONTAINER_RUNNING" });
			const running = newest && (await containerStatus(newest.id));
			const isStale = running && (written[index] ?? 0) >= wholeSeconds(running.startedAt);
			if (isStale) stale.push({ pod, container: running.id });
		}
		return stale;
	});
}

/** Stops containers of static pods. The kubelet then starts a new container for each. */
export async function stopContainers(host: Host, ids: readonly string[]): Promise<void> {
	await withRuntime(host, await runtimeEndpoint(host), async ({ stopContainer }) => {
		for (const id of ids) await stopContainer(id, 0);
	});
}

/**
 * Makes the kubelet start static pods that it would not start soon by itself: removes pods that are older than their
 * manifest, and restarts the kubelet where a pod failed often. Until a kubelet has reached an API server once, it does not
 * stop a static pod whose manifest changed; and it waits minutes before it restarts a pod that failed often.
 *
 * Source: kubelet.go, `deletePod` (sources ready) and `doBackOff`.
 * @param stopped ids of containers that this program stopped, which do not count as failed
 */
export async function restartFailed(host: Host, pods: readonly Pod[], stopped: readonly string[]): Promise<void> {
	const manifests = await lastWritten(
		host,
		pods.map(({ metadata }) => [staticPodPath(metadata.name as StaticPodName)]),
	);
	const kubelet = serviceOf(host, "kubelet");
	await withRuntime(host, await runtimeEndpoint(host), async (runtime) => {
		const sandboxes = await runtime.listSandboxes();
		const stale = sandboxes.filter((sandbox) => {
			const placed = manifests[pods.findIndex((pod) => isOf(pod, sandbox))];
			return placed !== undefined && wholeSeconds(sandbox.createdAt) < placed;
		});
		const again = stale.length > 0 || (await anyFailedOften(runtime, pods, stopped));
		try {
			if (again) await kubelet.stop();
			for (const { id } of stale) {
				await runtime.stopSandbox(id);
				await runtime.removeSandbox(id);
			}
		} finally {
			// An earlier attempt that was cut off may have left the kubelet stopped.
			await kubelet.start();
		}
	});
}

async function anyFailedOften(
	{ listContainers, containerStatus }: ContainerRuntime,
	pods: readonly Pod[],
	stopped: readonly string[],
): Promise<boolean> {
	for (const pod of pods) {
		const [newest] = await listContainers(containerOf(pod));
		const isOver = newest?.state === "CONTAINER_EXITED" && !stopped.includes(newest.id);
		const exited = isOver && (await containerStatus(newest.id));
		if (exited && exited.metadata.attempt > 1) return true;
	}
	return false;
}
