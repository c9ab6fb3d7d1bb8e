import { WaitError, waitFor } from "../hosts/wait";
import { withCleanUp } from "../hosts/with-clean-up";
import type { KubernetesObject } from "../render/kubernetes-object";
import type { Api } from "./api";

/** Environment variable with the names, separated by commas, of nodes that may be removed although their drain did not end. */
export const FORCED_DRAINS = "PULUMI_KUBEADM_FORCE_DRAIN";

/** Limit of a drain in seconds, where a program sets none. */
export const DRAIN_SECONDS = 120;

/** Annotation of a node that this package has marked unschedulable, and that takes pods again after a change. */
const CHANGES = "pulumi-kubeadm/changes";

/** A drain of a node. */
export interface Drain {
	nodeName: string;
	/** Limit of the evictions. */
	timeoutSeconds: number;
	/** Whether a drain that does not end is only a warning. */
	isForced: boolean;
	/** Receives a line each time that the remaining pods change, and the warning of a forced drain. */
	onStatus: (line: string) => void;
}

/** What a drain comes before, in the words of its messages. */
interface Purpose {
	/** What is done with the node afterwards: "removed". */
	done: string;
	/** How the node stands after a drain that did not end. */
	stands: string;
	/** What the person can do in place of making room. */
	instead: string;
}

const removal: Purpose = {
	done: "removed",
	stands: "the node stays in the cluster, and takes no new pods",
	instead: "remove the node with its pods",
};

const change: Purpose = {
	done: "changed",
	stands: "the node is as before, and takes pods again",
	instead: "change the node with its pods on it",
};

interface PodObject extends KubernetesObject {
	metadata: {
		name: string;
		namespace: string;
		ownerReferences?: { kind: string }[];
		annotations?: Record<string, string>;
		deletionTimestamp?: string;
	};
	status?: { phase?: string };
}

/**
 * Drains a node: marks it unschedulable, evicts its pods within their disruption budgets, and waits until they are gone. Pods
 * of DaemonSets, static pods and finished pods stay. Where no other node is schedulable, no pod is evicted. Does nothing where
 * the API has no such node.
 *
 * Source: `kubectl drain`.
 * @throws Error that names the remaining pods and the next step where evictions fail or do not end, unless `isForced` is true
 * @throws errors of the `Api` where the node cannot be read or marked, also with `isForced`
 */
export async function drain(
	api: Api,
	{ nodeName, timeoutSeconds, isForced, onStatus }: Drain,
	purpose: Purpose = removal,
): Promise<void> {
	const nodes = await api.list("v1", "Node");
	const others = nodes.filter(
		({ metadata, spec }) =>
			metadata.name !== nodeName && !(spec as { unschedulable?: boolean } | undefined)?.unschedulable,
	);
	if (!nodes.some(({ metadata }) => metadata.name === nodeName)) return;
	await api.patch({ apiVersion: "v1", kind: "Node", metadata: { name: nodeName }, spec: { unschedulable: true } });
	if (others.length === 0) return;
	const refused = new Map<string, string>();
	const evicted = new Set<string>();
	try {
		await waitFor({
			subject: `drain of node ${nodeName}: pods still there`,
			timeoutSeconds,
			onStatus,
			observe: async () => {
				const pods = await podsToEvict(api, nodeName, evicted);
				if (pods.length === 0) return { done: true, value: undefined };
				for (const pod of pods.filter(({ metadata }) => !metadata.deletionTimestamp)) await evict(api, pod, refused);
				for (const pod of pods) if (!refused.has(nameOf(pod))) evicted.add(nameOf(pod));
				return {
					done: false,
					saw: pods
						.map((pod) => `${nameOf(pod)}${refused.has(nameOf(pod)) ? ` (${refused.get(nameOf(pod))})` : ""}`)
						.join(", "),
				};
			},
		});
	} catch (error) {
		if (!isForced) throw blocked(nodeName, error as Error, purpose);
		onStatus(
			error instanceof WaitError
				? `warning: node ${nodeName} is ${purpose.done} while these pods run: ${error.lastObservation} (limit of the drain: ${timeoutSeconds} s)`
				: `warning: node ${nodeName} is ${purpose.done} before the end of its drain: ${(error as Error).message}`,
		);
	}
}

/**
 * Changes a node while its pods are elsewhere: drains it, and lets it take pods again afterwards, also where the change
 * fails. A node that somebody else has marked unschedulable stays so. A change that was cut off is ended by the next one.
 */
export async function whileDrained(api: Api, drained: Drain, work: () => Promise<void>): Promise<void> {
	const { nodeName } = drained;
	const node = await api.read({ apiVersion: "v1", kind: "Node", metadata: { name: nodeName } });
	const isMarkedByOthers = isUnschedulable(node) && !isOurs(node);
	if (!isMarkedByOthers) await api.patch(marked(nodeName, "true"));
	await withCleanUp(
		async () => {
			await drain(api, drained, change);
			await work();
		},
		() => takePodsAgain(api, nodeName),
	);
}

/** Lets a node take pods again that a change has marked unschedulable. */
export async function takePodsAgain(api: Api, nodeName: string): Promise<void> {
	const node = await api.read({ apiVersion: "v1", kind: "Node", metadata: { name: nodeName } });
	if (isOurs(node)) await api.patch({ ...marked(nodeName, null), spec: { unschedulable: null } });
}

function isUnschedulable(node: KubernetesObject | undefined): boolean {
	return (node?.spec as { unschedulable?: boolean } | undefined)?.unschedulable === true;
}

function isOurs(node: KubernetesObject | undefined): boolean {
	return node?.metadata.annotations?.[CHANGES] !== undefined;
}

/** A patch that sets the annotation of a node, or removes it. */
function marked(name: string, value: "true" | null) {
	return { apiVersion: "v1", kind: "Node", metadata: { name, annotations: { [CHANGES]: value as string } } };
}

/** Error of a drain that did not end: what blocks it, and what is done all the same where the person says so. */
function blocked(nodeName: string, error: Error, { stands, instead }: Purpose): Error {
	const next = `${stands}. Make room for these pods (\`kubectl get pdb -A\` shows the budgets) and run \`pulumi up\` again, or ${instead}: ${FORCED_DRAINS}=${nodeName} pulumi up (\`forceDrain: true\` on the node does so always)`;
	return new Error(`${error.message}; ${next}`, { cause: error });
}

/** A pod that was told to end is finished a moment before its kubelet deletes it: the kubelet is waited for. */
async function podsToEvict(api: Api, nodeName: string, evicted: ReadonlySet<string>): Promise<PodObject[]> {
	const pods = (await api.list("v1", "Pod", { fieldSelector: `spec.nodeName=${nodeName}` })) as PodObject[];
	return pods.filter((pod) => {
		const { metadata, status } = pod;
		const owners = metadata.ownerReferences ?? [];
		const stays =
			owners.some(({ kind }) => kind === "DaemonSet" || kind === "Node") ||
			metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;
		const isFinished = status?.phase === "Succeeded" || status?.phase === "Failed";
		return !stays && (!isFinished || evicted.has(nameOf(pod)));
	});
}

async function evict(api: Api, pod: PodObject, refused: Map<string, string>): Promise<void> {
	const refusal = await api.evict(pod.metadata);
	refused.delete(nameOf(pod));
	if (!refusal) return;
	const { status, message } = refusal;
	refused.set(nameOf(pod), status === 429 ? "refused by its disruption budget" : message.slice(0, 200));
}

function nameOf({ metadata: { namespace, name } }: PodObject): string {
	return `${namespace}/${name}`;
}
