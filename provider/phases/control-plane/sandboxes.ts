import { runtimeEndpoint } from "../../hosts/container-runtime/endpoint";
import { leaveRuntime, type PodSandbox, wholeSeconds, withRuntime } from "../../hosts/container-runtime/runtime";
import { lastWritten } from "../../hosts/files/last-written";
import type { Host } from "../../hosts/host";
import { limiter } from "../../hosts/ssh/limiter";
import { waitFor } from "../../hosts/wait";
import type { Pod } from "../../render/static-pods/pod";
import { mainContainer } from "../../render/static-pods/readiness";
import { shortReason } from "../diagnosis/short-reason";

/** Number of pods that are removed at the same time. */
const REMOVALS = 4;

/**
 * Makes a function, for a wait to call again and again, that tells whether the kubelet runs a static pod from its current
 * manifest. The first call reads when the manifest at `path` was written.
 * @returns the function; it gives false where there is no manifest
 */
export function runsAsPlaced(host: Host, pod: Pod, path: string): () => Promise<boolean> {
	let manifest: Promise<{ placed: number; endpoint: string }> | undefined;
	return async () => {
		manifest ??= Promise.all([lastWritten(host, [[path]]), runtimeEndpoint(host)]).then(([[placed], endpoint]) => ({
			placed: placed ?? Number.POSITIVE_INFINITY,
			endpoint,
		}));
		const { placed, endpoint } = await manifest;
		const sandboxes = await withRuntime(host, endpoint, ({ listSandboxes }) => listSandboxes());
		return sandboxes.some((sandbox) => isOf(pod, sandbox) && wholeSeconds(sandbox.createdAt) >= placed);
	};
}

/** Whether a sandbox belongs to a static pod. The kubelet appends the node's name to the pod's. */
export function isOf({ metadata: pod }: Pod, { metadata, labels }: PodSandbox): boolean {
	const isNamed = metadata.namespace === pod.namespace && metadata.name.startsWith(`${pod.name}-`);
	return isNamed && labels.component === (pod.labels ? pod.labels.component : pod.name);
}

/** Filter by which the container runtime lists the containers of a static pod: name of the main container, namespace of the pod. */
export function containerOf(pod: Pod): { name: string; namespace: string } {
	return { name: mainContainer(pod).name, namespace: pod.metadata.namespace };
}

/** Stops and removes a static pod whose manifest is gone, also where the kubelet is stopped. @throws WaitError after 300 s */
export function removeSandboxes(host: Host, pod: Pod): Promise<void> {
	return removeAll(host, pod.metadata.name, (sandbox) => isOf(pod, sandbox));
}

/** Stops and removes every pod of a host whose kubelet is stopped. @throws WaitError after 300 s */
export function removeAllSandboxes(host: Host): Promise<void> {
	return removeAll(host, "the pods", () => true);
}

/**
 * Removes sandboxes until none is left. The kubelet, or another resource's removal, may remove the same ones: an attempt then
 * fails, and the next listing shows the rest.
 */
async function removeAll(host: Host, what: string, isMeant: (sandbox: PodSandbox) => boolean): Promise<void> {
	const endpoint = await runtimeEndpoint(host);
	await withRuntime(host, endpoint, ({ listSandboxes, stopSandbox, removeSandbox }) =>
		waitFor({
			subject: `${host.name}: end of ${what}`,
			timeoutSeconds: 300,
			observe: async () => {
				const left = (await listSandboxes()).filter(isMeant);
				if (left.length === 0) return { done: true, value: undefined };
				const turn = limiter(REMOVALS);
				const removals = await Promise.allSettled(
					left.map(({ id }) => turn(() => stopSandbox(id).then(() => removeSandbox(id)))),
				);
				const failure = removals.find((removal) => removal.status === "rejected");
				return { done: false, saw: failure ? shortReason(failure.reason) : `${left.length} pods being removed` };
			},
		}),
	);
	await leaveRuntime(host, endpoint);
}
