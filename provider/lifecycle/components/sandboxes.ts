import type { Host } from "../../hosts/host";
import { waitFor } from "../../hosts/wait";
import type { Pod } from "./component";
import { crictl } from "./crictl";

/** What `crictl pods -o json` says of a pod. */
interface Sandbox {
	id: string;
	state: "SANDBOX_READY" | "SANDBOX_NOTREADY";
	metadata: { name: string; namespace: string; uid: string };
	/** Nanoseconds since 1970. */
	createdAt: string;
}

/** Whether the kubelet runs a static pod from its manifest as it lies there now. */
export async function runsAsPlaced(host: Host, pod: Pod, path: string): Promise<boolean> {
	const script = crictl(`stat -c %Y '${path}' && crictl pods -o json`);
	const { stdout } = await host.run({ intent: `look for ${pod.metadata.name}'s pod`, script });
	const [placed, ...json] = stdout.split("\n");
	return sandboxesIn(json.join("\n")).some(
		(sandbox) => isOf(pod, sandbox) && Number(sandbox.createdAt) / 1e9 >= Number(placed),
	);
}

/** The sandboxes of a static pod on its host. */
async function podSandboxes(host: Host, pod: Pod): Promise<Sandbox[]> {
	return (await allSandboxes(host)).filter((sandbox) => isOf(pod, sandbox));
}

/** Every sandbox that the kubelet made on a host. */
async function allSandboxes(host: Host): Promise<Sandbox[]> {
	return sandboxesIn((await host.run({ intent: "list the pods", script: crictl("crictl pods -o json") })).stdout);
}

function sandboxesIn(json: string): Sandbox[] {
	return JSON.parse(json).items ?? [];
}

/** A static pod's name ends with its node's. */
function isOf({ metadata: { name, namespace } }: Pod, { metadata }: Sandbox): boolean {
	return metadata.namespace === namespace && metadata.name.startsWith(`${name}-`);
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
				script: crictl(`crictl stopp ${ids} >/dev/null; crictl rmp -f ${ids} >/dev/null`),
				expectedExitCodes: [0, 1],
				timeoutSeconds: 240,
			});
			return { done: false, saw: stderr.trim().split("\n").at(-1) || `${sandboxes.length} pods being removed` };
		},
	});
}
