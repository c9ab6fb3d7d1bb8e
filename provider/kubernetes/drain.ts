import { waitFor } from "../hosts/wait";
import type { KubernetesObject } from "../render/kubernetes-object";
import type { Api } from "./api";

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
 * Empties a node: no new pods, and those that can move are evicted, which respects disruption budgets. DaemonSets' and
 * static pods stay. After the limit it goes on and says so: a removal must not hang on somebody's budget. Where no other
 * node could take the pods, they are left for the kubelet to stop.
 * Source: kubectl's drain.
 */
export async function drain(
	api: Api,
	{
		nodeName,
		timeoutSeconds,
		onStatus,
	}: { nodeName: string; timeoutSeconds: number; onStatus: (line: string) => void },
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
	try {
		await waitFor({
			subject: `drain of node ${nodeName}`,
			timeoutSeconds,
			onStatus,
			observe: async () => {
				const pods = await movable(api, nodeName);
				if (pods.length === 0) return { done: true, value: undefined };
				for (const pod of pods.filter(({ metadata }) => !metadata.deletionTimestamp)) await evict(api, pod, refused);
				return {
					done: false,
					saw: pods
						.map((pod) => `${nameOf(pod)}${refused.has(nameOf(pod)) ? ` (${refused.get(nameOf(pod))})` : ""}`)
						.join(", "),
				};
			},
		});
	} catch (error) {
		onStatus(`${(error as Error).message}\nthe node is removed with these pods on it`);
	}
}

async function movable(api: Api, nodeName: string): Promise<PodObject[]> {
	const pods = (await api.list("v1", "Pod", { fieldSelector: `spec.nodeName=${nodeName}` })) as PodObject[];
	return pods.filter(({ metadata, status }) => {
		const owners = metadata.ownerReferences ?? [];
		const stays =
			owners.some(({ kind }) => kind === "DaemonSet" || kind === "Node") ||
			metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;
		return !stays && status?.phase !== "Succeeded" && status?.phase !== "Failed";
	});
}

async function evict(api: Api, pod: PodObject, refused: Map<string, string>): Promise<void> {
	const { name, namespace } = pod.metadata;
	const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
	const { status, text } = await api.request("POST", `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, eviction);
	if (status === 429) refused.set(nameOf(pod), "its disruption budget refuses");
	else if (status >= 300 && status !== 404) refused.set(nameOf(pod), `${status}: ${text.slice(0, 200)}`);
}

function nameOf({ metadata: { namespace, name } }: PodObject): string {
	return `${namespace}/${name}`;
}
