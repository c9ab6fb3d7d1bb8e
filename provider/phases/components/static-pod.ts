import { rootOnly } from "../../facts/file-access";
import { toYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { type Digests, goesWith, placeFiles, removeFiles } from "../../hosts/placement/place";
import { waitFor } from "../../hosts/wait";
import { type ComponentContexts, componentRenderers } from "../../render/components";
import type { Pod } from "../../render/static-pods/pod";
import { type StaticPodName, staticPodPath } from "../../render/static-pods/static-pods";
import { removeSandboxes } from "../control-plane/sandboxes";
import { watchExits } from "../diagnosis/exits";
import { explain } from "../diagnosis/explain";
import type { Component } from "./component";
import { health } from "./health";

/** The host that a component runs on. */
export interface HostSite {
	/** Open connection to the host. */
	host: Host;
	/** Name of the node in waits and errors. @default the host's name */
	nodeName?: string;
}

/** A component's files on a host, and the resource that they belong to. */
export interface HostPlacement extends HostSite {
	/** Id of the resource. */
	owner: string;
	/** SHA-256 of each file as the resource's state has it, by path. @default none: the resource is being created */
	stateDigests?: Digests;
}

/** What one static pod needs beside its manifest. */
interface Hooks<Placement> {
	/** Prepares the host before the manifest is placed. */
	prepare?(placement: Placement, pod: Pod): Promise<void>;
	/** Does what the component needs of others while it starts. Returns what is still missing, in a few words. */
	assist?(site: HostSite, pod: Pod): Promise<string | undefined>;
	/** Says goodbye to the others, before the pod ends. */
	leave?(site: HostSite, pod: Pod): Promise<void>;
	/** Removes what the component made on the host, after its pod has ended. */
	tidy?(site: HostSite, pod: Pod): Promise<void>;
}

/**
 * Makes a control plane component that the kubelet runs from a manifest. `clean` keeps the pod where the manifest was on
 * the host before this program.
 * @param hooks what else the component prepares on a host before its manifest, and removes after its pod; default nothing
 */
export function staticPod<Name extends StaticPodName, Placement extends HostPlacement = HostPlacement>(
	name: Name,
	{ prepare, assist, leave, tidy }: Hooks<Placement> = {},
): Component<ComponentContexts[Name], Pod, HostSite, Placement> {
	const path = staticPodPath(name);
	return {
		name,
		render: (context) => componentRenderers[name](context as never),
		async save(placement, pod) {
			await prepare?.(placement, pod);
			const { host, owner, stateDigests } = placement;
			return (await placeFiles({ host, owner, stateDigests, files: [{ path, content: toYaml(pod), ...rootOnly }] }))
				.digests;
		},
		async run({ host, nodeName = host.name }, pod, patience) {
			const exited = watchExits(host, pod);
			await waitFor({
				subject: `${nodeName}: ${name}`,
				...patience,
				observe: async () => {
					const saw = await health(host, pod);
					const end = saw === "ok" ? undefined : await exited();
					if (end) return { done: false, saw: end, hopeless: true };
					// A learner of etcd is ready and has no vote.
					const missing = await assist?.({ host }, pod);
					if (saw === "ok" && missing === undefined) return { done: true, value: undefined };
					return { done: false, saw: missing ?? saw };
				},
				explain: () => explain(host, pod),
			});
		},
		async clean({ host, owner }, pod) {
			// A pod that ran before this program goes on with its data.
			if (await goesWith({ host, owner }, path)) {
				await leave?.({ host }, pod);
				await host.remove([path]);
				await removeSandboxes(host, pod);
				await tidy?.({ host }, pod);
			}
			// The record goes last: a removal that is cut off finds by it what is left to do.
			await removeFiles({ host, owner, paths: [path] });
		},
	};
}
