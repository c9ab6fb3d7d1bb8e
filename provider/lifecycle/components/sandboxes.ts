import type { Host } from "../../hosts/host";
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
export async function allSandboxes(host: Host): Promise<Sandbox[]> {
	const { stdout } = await host.run({ intent: "list the pods", script: "crictl pods -o json" });
	return JSON.parse(stdout).items ?? [];
}

/** Stops and removes a static pod whose manifest is gone: the kubelet does the same, but may be stopped already. */
export async function removeSandboxes(host: Host, pod: Pod): Promise<void> {
	const sandboxes = await podSandboxes(host, pod);
	if (sandboxes.length === 0) return;
	const ids = sandboxes.map(({ id }) => id).join(" ");
	await host.run({
		intent: `stop ${pod.metadata.name}`,
		script: `crictl stopp ${ids} >/dev/null; crictl rmp -f ${ids} >/dev/null; [ -z "$(crictl pods -q ${sandboxes.map(({ id }) => `--id ${id}`).join(" ")})" ]`,
		timeoutSeconds: 120,
	});
}
