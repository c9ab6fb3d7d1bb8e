import { toYaml } from "../../go/yaml/write";
import { runtimeEndpoint } from "../../hosts/container-runtime/endpoint";
import { withRuntime } from "../../hosts/container-runtime/runtime";
import type { Host } from "../../hosts/host";
import { type Digests, isOwnedBy, placeFiles, removeFiles } from "../../hosts/placement/place";
import { probe } from "../../hosts/probe";
import { waitFor } from "../../hosts/wait";
import { readinessOf } from "../../render/static-pods/readiness";
import { type StaticPodName, staticPodPath, staticPods } from "../../render/static-pods/static-pods";
import { watchExits } from "../diagnosis/exits";
import { explain } from "../diagnosis/explain";
import { sight } from "../diagnosis/sight";
import type { Component, Pod } from "./component";
import { containerOf, removeSandboxes } from "./sandboxes";

/** A static pod on a host, and the resource that it belongs to. */
export interface StaticPodTarget {
	host: Host;
	owner: string;
	/** As waits and their errors name it. @default the host's name */
	nodeName?: string;
	/** Digests as the resource's state has them; absent for a create. */
	stateDigests?: Digests;
	/** Whether it may start with data that another cluster left. @default false */
	acceptsForeignData?: boolean;
}

/** What a static pod needs on its host before it starts, and leaves there. */
interface Belongings {
	prepare?(target: StaticPodTarget, pod: Pod): Promise<void>;
	tidy?(target: StaticPodTarget, pod: Pod): Promise<void>;
}

/** A control plane component that the kubelet runs from a manifest. */
export function staticPod(name: StaticPodName, { prepare, tidy }: Belongings = {}): Component<Pod, StaticPodTarget> {
	const path = staticPodPath(name);
	return {
		name,
		render: ({ cluster, node, initialMembers }) => staticPods[name](cluster, node, initialMembers) as Pod,
		async save(target, pod) {
			await prepare?.(target, pod);
			const file = { path, content: toYaml(pod), mode: "0600", owner: "root", group: "root" };
			return (await placeFiles({ ...target, files: [file] })).digests;
		},
		async run({ host, nodeName = host.name }, pod, patience) {
			const exited = watchExits(host, pod);
			await waitFor({
				subject: `${nodeName}: ${name}`,
				...patience,
				observe: async () => {
					const saw = await health(host, pod);
					if (saw === "ok") return { done: true, value: undefined };
					const end = await exited();
					return end ? { done: false, saw: end, hopeless: true } : { done: false, saw };
				},
				explain: () => explain(host, pod),
			});
		},
		async clean(target, pod) {
			const { host, owner } = target;
			if (await isOwnedBy({ host, owner, path })) {
				await host.remove([path]);
				await removeSandboxes(host, pod);
				await tidy?.(target, pod);
			}
			// The record goes last: a removal that is cut off finds by it what is left to do.
			await removeFiles({ host, owner, paths: [path] });
		},
	};
}

/** "ok", or what its readiness endpoint says. */
export async function health(host: Host, pod: Pod): Promise<string> {
	try {
		const asked = readinessOf(pod);
		if (!asked) return await running(host, pod);
		const { status, body } = await probe(host, asked);
		return status === 200 ? "ok" : `status ${status}: ${failedChecks(body)}`;
	} catch (error) {
		return sight(error);
	}
}

/** All that can be told of a component that nobody can ask. */
async function running(host: Host, pod: Pod): Promise<string> {
	const subject = { ...containerOf(pod), state: "CONTAINER_RUNNING" } as const;
	const endpoint = await runtimeEndpoint(host);
	const found = await withRuntime(host, endpoint, ({ listContainers }) => listContainers(subject));
	return found.length > 0 ? "ok" : "its container does not run";
}

/** `/readyz` lists its checks as `[-]etcd failed: reason withheld`; the names of those that fail are enough. */
function failedChecks(body: string): string {
	const failed = [...body.matchAll(/^\[-\](\S+)/gm)].map(([, check]) => check);
	if (failed.length === 0)
		return (/"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body.split("\n")[0]!).slice(0, 80);
	const more = failed.length > 3 ? ` and ${failed.length - 3} more` : "";
	return `waits for ${failed.slice(0, 3).join(", ")}${more}`;
}
