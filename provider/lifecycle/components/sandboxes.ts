import type { Host } from "../../hosts/host";
import { waitFor } from "../../hosts/wait";
import type { Pod } from "./component";

/** What `crictl pods -o json` says of a pod. */
export interface Sandbox {
	id: string;
	state: "SANDBOX_READY" | "SANDBOX_NOTREADY";
	metadata: { name: string; namespace: string; uid: string };
}

/** The sandboxes of a static pod on its host: their names end with the node's. */
export async function podSandboxes(host: Host, pod: Pod): Promise<Sandbox[]> {
	return (await allSandboxes(host)).filter(
		({ metadata }) =>
			metadata.namespace === pod.metadata.namespace && metadata.name.startsWith(`${pod.metadata.name}-`),
	);
}

/** Every sandbox that the kubelet made on a host. */
async function allSandboxes(host: Host): Promise<Sandbox[]> {
	const { stdout } = await host.run({ intent: "list the pods", script: "crictl pods -o json" });
	return JSON.parse(stdout).items ?? [];
}

/** Stops and removes a static pod whose manifest is gone: the kubelet does the same, but may be stopped already. */
export function removeSandboxes(host: Host, pod: Pod): Promise<void> {
	return removeAll(host, pod.metadata.name, () => podSandboxes(host, pod));
}

/** Stops and removes every pod of a host whose kubelet is stopped. */
export function removeAllSandboxes(host: Host): Promise<void> {
	return removeAll(host, "the pods", () => allSandboxes(host));
}

/**
 * Tries until none is left. The kubelet, or another resource's removal, may be at the same ones: a try then fails, and
 * the next look says what is true.
 */
async function removeAll(host: Host, what: string, left: () => Promise<Sandbox[]>): Promise<void> {
	await waitFor({
		subject: `${host.name}: end of ${what}`,
		timeoutSeconds: 300,
		observe: async () => {
			const sandboxes = await left();
			if (sandboxes.length === 0) return { done: true, value: undefined };
			const ids = sandboxes.map(({ id }) => id).join(" ");
			const { stderr } = await host.run({
				intent: `stop ${what}`,
				script: `crictl stopp ${ids} >/dev/null; crictl rmp -f ${ids} >/dev/null`,
				expectedExitCodes: [0, 1],
				timeoutSeconds: 240,
			});
			return { done: false, saw: stderr.trim().split("\n").at(-1) || `${sandboxes.length} pods being removed` };
		},
	});
}
