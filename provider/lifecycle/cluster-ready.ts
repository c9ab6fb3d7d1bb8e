import { newId } from "../hosts/placement/place";
import type { HostReference } from "../hosts/reach";
import { status } from "../hosts/status";
import { waitFor } from "../hosts/wait";
import { type Api, api } from "../kubernetes/api";
import { rollout } from "../kubernetes/rollout";
import { explainPods } from "../phases/diagnosis/pods";
import type { KubernetesObject } from "../render/kubernetes-object";
import { type Lifecycle, PartialFailure } from "./lifecycle";

export interface ClusterReadyArgs {
	controlPlanes: HostReference[];
	/** Names of the nodes that must be Ready. */
	nodes: string[];
	/** DaemonSets and Deployments that must be rolled out, as `Kind namespace/name`. @default none */
	workloads?: string[];
	/** @default 300 */
	timeoutSeconds?: number;
}

export interface ClusterReadyInputs extends Required<ClusterReadyArgs> {}

/** Waits until every node is Ready and what was named is rolled out: what needs the pod network that the program brings. */
export const clusterReady: Lifecycle<ClusterReadyArgs, ClusterReadyInputs, object> = {
	outputs: [],
	check: ({ controlPlanes, nodes, workloads = [], timeoutSeconds = 300 }) => ({
		controlPlanes,
		nodes,
		workloads,
		timeoutSeconds,
	}),
	async create(inputs) {
		const id = newId("ready");
		await wait(id, inputs);
		return { id, outputs: {} };
	},
	async update(id, _state, inputs) {
		await wait(id, inputs);
		return {};
	},
	async delete() {},
};

async function wait(
	id: string,
	{ controlPlanes, nodes, workloads, timeoutSeconds }: ClusterReadyInputs,
): Promise<void> {
	try {
		const server = await api({ controlPlanes });
		await waitFor({
			subject: "cluster",
			timeoutSeconds,
			onStatus: status,
			observe: async () => {
				const behind = [...(await nodesBehind(server, nodes)), ...(await workloadsBehind(server, workloads))];
				return behind.length === 0 ? { done: true, value: undefined } : { done: false, saw: behind.join("; ") };
			},
			explain: () => explainWorkloads(server, workloads),
		});
	} catch (error) {
		throw new PartialFailure(id, {}, error as Error);
	}
}

async function nodesBehind(server: Api, names: readonly string[]): Promise<string[]> {
	const nodes = new Map((await server.list("v1", "Node")).map((node) => [node.metadata.name, node]));
	return names.flatMap((name) => {
		const conditions = (
			nodes.get(name)?.status as { conditions?: { type: string; status: string; message?: string }[] } | undefined
		)?.conditions;
		if (!conditions) return [`node ${name} is not registered`];
		const ready = conditions.find(({ type }) => type === "Ready");
		return ready?.status === "True" ? [] : [`node ${name} is not Ready: ${ready?.message ?? "no condition yet"}`];
	});
}

async function workloadsBehind(server: Api, workloads: readonly string[]): Promise<string[]> {
	const found = await Promise.all(
		workloads.map(async (workload) => rollout(await server.read(named(workload)), named(workload))),
	);
	return found.filter((saw) => saw !== undefined);
}

/** Of each that is there and behind; the reason why a node is not Ready is the node's own. */
async function explainWorkloads(server: Api, workloads: readonly string[]): Promise<string> {
	const found = await Promise.all(
		workloads.map(async (workload) => {
			const living = await server.read(named(workload));
			return living && rollout(living, living) ? explainPods(server, living) : undefined;
		}),
	);
	return found.filter(Boolean).join("\n");
}

function named(workload: string): KubernetesObject {
	const [kind, namespace, name] = workload.split(/[ /]/) as [string, string, string];
	return { apiVersion: "apps/v1", kind, metadata: { namespace, name } };
}
