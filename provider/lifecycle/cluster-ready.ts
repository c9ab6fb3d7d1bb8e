import { newId } from "../hosts/placement/place";
import type { HostReference } from "../hosts/reach";
import { status } from "../hosts/status";
import { waitFor } from "../hosts/wait";
import { type Api, api } from "../kubernetes/api";
import type { Patience } from "../phases/components/component";
import { explainRollout, waitRolledOut } from "../phases/components/object-set";
import { addonComponents } from "../phases/components/registry";
import { firstCommands } from "../phases/first-commands";
import { hasKubeletFailed } from "../phases/kubelet/kubelet-hosts";
import type { KubernetesObject } from "../render/kubernetes-object";
import { type Lifecycle, nothingToDelete, PartialFailure } from "./lifecycle";

/** Arguments of a `ClusterReady`. */
export interface ClusterReadyArgs {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** Names of the nodes that must be Ready. */
	nodes: string[];
	/** DaemonSets and Deployments that must be rolled out, each as `Kind namespace/name`. @default none */
	workloads?: string[];
	/** Time limit of the whole wait, in seconds. @default 300 */
	timeoutSeconds?: number;
}

/** Inputs of a `ClusterReady`, as the state keeps them. */
export interface ClusterReadyInputs extends Required<ClusterReadyArgs> {}

/**
 * Lifecycle of the wait until every named node is Ready and every named workload is rolled out. Nodes and workloads
 * need the pod network that the program brings. `create` and `update` throw PartialFailure when the time limit is
 * reached.
 */
export const clusterReady: Lifecycle<ClusterReadyArgs, ClusterReadyInputs, object> = {
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
	delete: nothingToDelete,
};

/**
 * Waits for the nodes, then for the addons among the workloads, then for the program's own workloads. One limit covers
 * all three.
 */
async function wait(
	id: string,
	{ controlPlanes, nodes, workloads, timeoutSeconds }: ClusterReadyInputs,
): Promise<void> {
	const start = performance.now();
	const patience = () => ({
		timeoutSeconds: Math.max(0, Math.round(timeoutSeconds - (performance.now() - start) / 1000)),
		onStatus: status,
	});
	const site = { controlPlanes };
	const isAddon = (workload: string) => Object.values(addonWorkloads).includes(workload);
	try {
		await waitForNodes(await api(site), { nodes, workloads: workloads.map(named), patience: patience() });
		for (const [name, component] of Object.entries(addonComponents)) {
			const workload = addonWorkloads[name as keyof typeof addonComponents];
			if (workloads.includes(workload)) await component.run(site, [named(workload)], patience());
		}
		const others = workloads.filter((workload) => !isAddon(workload)).map(named);
		await waitRolledOut(site, others, { subject: "cluster", patience: patience() });
		status(`cluster: ${readySentence(nodes)}; next:\n${await firstCommands(controlPlanes)}`);
	} catch (error) {
		throw new PartialFailure(id, {}, error as Error);
	}
}

function readySentence(nodes: readonly string[]): string {
	return nodes.length === 1 ? `node ${nodes[0]} is Ready` : `all ${nodes.length} nodes are Ready`;
}

/** The workload of each addon, as `Kind namespace/name`. */
const addonWorkloads: Readonly<Record<keyof typeof addonComponents, string>> = {
	"kube-proxy": "DaemonSet kube-system/kube-proxy",
	coredns: "Deployment kube-system/coredns",
};

async function waitForNodes(
	server: Api,
	{ nodes, workloads, patience }: { nodes: readonly string[]; workloads: KubernetesObject[]; patience: Patience },
): Promise<void> {
	await waitFor({
		subject: "cluster",
		...patience,
		observe: async () => {
			const behind = await nodesBehind(server, nodes);
			if (behind.length === 0) return { done: true, value: undefined };
			const hopeless = behind.every(({ name }) => hasKubeletFailed(name));
			return { done: false, saw: behind.map(({ saw }) => saw).join("; "), ...(hopeless ? { hopeless } : {}) };
		},
		explain: () => explainRollout(server, workloads),
	});
}

/** The nodes that are not Ready yet, and what is seen of each. */
async function nodesBehind(server: Api, names: readonly string[]): Promise<{ name: string; saw: string }[]> {
	const nodes = new Map((await server.list("v1", "Node")).map((node) => [node.metadata.name, node]));
	return names.flatMap((name) => {
		const conditions = (
			nodes.get(name)?.status as { conditions?: { type: string; status: string; message?: string }[] } | undefined
		)?.conditions;
		const why = hasKubeletFailed(name) ? "; its kubelet failed in this run" : "";
		if (!conditions) return [{ name, saw: `node ${name} is not registered${why}` }];
		const ready = conditions.find(({ type }) => type === "Ready");
		if (ready?.status === "True") return [];
		return [{ name, saw: `node ${name} is not Ready: ${ready?.message ?? "no condition yet"}${why}` }];
	});
}

function named(workload: string): KubernetesObject {
	const [kind, namespace, name] = workload.split(/[ /]/) as [string, string, string];
	return { apiVersion: "apps/v1", kind, metadata: { namespace, name } };
}
