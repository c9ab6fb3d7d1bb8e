import { isUnknown, UNKNOWN } from "../facts/unknown";
import { waitFor } from "../hosts/wait";
import type { EtcdMembers, Pod } from "../render/static-pods/pod";
import { type StaticPodName, staticPodPath } from "../render/static-pods/static-pods";
import { fromYaml, toYaml } from "../render/yaml";
import type { ClusterSpec } from "../spec/cluster";
import { durationSeconds } from "../spec/duration";
import { defaultTimeouts, type NodeSpec } from "../spec/node";
import { components } from "./components/registry";
import { runsAsPlaced } from "./components/sandboxes";
import { health, type StaticPodTarget } from "./components/static-pod";
import { explain } from "./diagnosis/explain";
import { type Lifecycle, PartialFailure } from "./lifecycle";
import { type Digests, newId } from "./placement/place";
import { forgetUndo, isUnproved, keepForUndo, undo } from "./placement/undo";
import { type HostReference, reach } from "./reach";
import { membersAsKnown, renderNode } from "./rendering";
import { status } from "./status";

export interface StaticPodManifestArgs {
	host: HostReference;
	component: StaticPodName;
	cluster: ClusterSpec;
	node: NodeSpec;
	initialMembers: EtcdMembers;
}

export interface StaticPodManifestInputs {
	host: HostReference;
	component: StaticPodName;
	/** The pod, as its file says it. */
	manifest: Pod;
	/** Seconds to wait for a running component to be healthy again. */
	timeoutSeconds: number;
	/** As waits and their errors name it. */
	nodeName: string;
}

export interface StaticPodManifestOutputs {
	digests: Digests;
	/** The pod as it was placed, while the host has another text: what it owns there is told by this one. */
	placed?: Pod;
}

/**
 * A control plane component's static pod. In a bring-up its file is placed and the gate waits for all of them; where the
 * component serves already, a change waits until it serves again, and puts the old file back if it does not.
 */
export const staticPodManifest: Lifecycle<StaticPodManifestArgs, StaticPodManifestInputs, StaticPodManifestOutputs> = {
	outputs: ["digests", "placed"],

	check({ host, component, cluster, node, initialMembers }) {
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
			nodeName: resolvedNode.name,
			manifest: isUnknown(component)
				? (UNKNOWN as never)
				: components[component].render({
						cluster: resolved,
						node: resolvedNode,
						initialMembers: membersAsKnown(initialMembers, resolvedNode),
					}),
		}));
		return { host, component, ...rendered, timeoutSeconds: healthLimit(node) };
	},

	diff: (state, inputs) => (state.component === inputs.component ? {} : { replaces: ["component"] }),

	async create(inputs) {
		const id = newId(staticPodPath(inputs.component));
		return { id, outputs: await apply(id, inputs) };
	},

	async read(_id, state) {
		const path = staticPodPath(state.component);
		const found = (await (await reach(state.host)).read([path])).get(path);
		if (!found) return undefined;
		const drifted = found.digest !== state.digests?.[path];
		return {
			...state,
			manifest: podOf(found.content.toString()),
			digests: { [path]: found.digest },
			...(drifted ? { placed: state.placed ?? state.manifest } : {}),
		};
	},

	async update(id, state, inputs) {
		return apply(id, inputs, state.digests ?? {});
	},

	async delete(id, state) {
		await components[state.component].clean(
			{ host: await reach(state.host), owner: id },
			state.placed ?? state.manifest,
		);
	},
};

async function apply(id: string, inputs: StaticPodManifestInputs, seen?: Digests): Promise<StaticPodManifestOutputs> {
	const { component: name, manifest, timeoutSeconds, nodeName } = inputs;
	const component = components[name];
	const host = await reach(inputs.host);
	const target: StaticPodTarget = { host, owner: id, seen, nodeName };
	const path = staticPodPath(name);
	const before = (await host.read([path])).get(path);
	const changes = before !== undefined && before.content.toString() !== toYaml(manifest);
	const serving = changes && (await health(host, podOf(before.content.toString()))) === "ok";
	if (!serving && !(await isUnproved(host, path))) return { digests: await component.save(target, manifest) };

	if (before) await keepForUndo(host, before);
	const digests = await component.save(target, manifest);
	const patience = { timeoutSeconds, onStatus: status };
	try {
		await waitFor({
			subject: `${nodeName}: ${name}: a pod of the new manifest`,
			...patience,
			observe: async () => {
				return (await runsAsPlaced(host, manifest, path))
					? { done: true, value: undefined }
					: { done: false, saw: "the kubelet still runs the old one" };
			},
			explain: () => explain(host, manifest),
		});
		await component.run(target, manifest, patience);
	} catch (error) {
		const { content, digests } = await undo(host, id, path);
		const was = podOf(content);
		const after = await component.run(target, was, patience).then(
			() => `and ${name} serves again`,
			(failure: Error) => `but ${name} does not serve again: ${failure.message}`,
		);
		const message = `${(error as Error).message}\n${nodeName}: ${path}: the last content that served was put back, ${after}`;
		throw new PartialFailure(id, { manifest: was, digests }, new Error(message, { cause: error }));
	}
	await forgetUndo(host, path);
	return { digests };
}

/** kubeadm's limit for a component to be healthy, in seconds. */
function healthLimit(node: NodeSpec): number {
	return durationSeconds(
		node.timeouts?.controlPlaneComponentHealthCheck ?? defaultTimeouts.controlPlaneComponentHealthCheck,
	);
}

/** A manifest as an object; one that someone broke shows as the text that it is. */
function podOf(text: string): Pod {
	try {
		return fromYaml(text) as Pod;
	} catch {
		return text as never;
	}
}
