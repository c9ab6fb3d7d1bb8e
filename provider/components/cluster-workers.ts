import type * as pulumi from "@pulumi/pulumi";
import { inOrder, placesBefore, sizeOf } from "../config/rollout";
import type { ApiAccess } from "../resources";
import { typedAt } from "../resources/typed-paths";
import type { Access } from "./cluster-api";
import type { Context } from "./cluster-context";
import type { Made } from "./cluster-nodes";
import { apiServersOf } from "./endpoint";
import { typedDrain } from "./node-inputs";
import { WorkerNode } from "./worker-node";

/** Creates the workers in the order of a roll. They join once the cluster's ConfigMaps and tokens are in its API. */
export function makeWorkers(
	{ name, spec: cluster, workers, rollout, balancer, parent }: Context,
	{
		hosts,
		nodes,
		endpoints,
		authorities,
		access,
		after,
		prepared,
		kubeletAfter,
	}: Made & { access: Access; after: pulumi.Resource[]; kubeletAfter: readonly pulumi.Resource[] },
): pulumi.Resource[] {
	const api: ApiAccess = { ...access.api, dependsOn: [access.access, ...after] };
	const order = inOrder(
		workers.map((worker) => worker.name),
		rollout,
	);
	const size = sizeOf(rollout?.maxUnavailable ?? 1, workers.length)!;
	const made: WorkerNode[] = [];
	for (const [place, node] of order.entries()) {
		const args = workers.find((worker) => worker.name === node)!;
		const { drainTimeoutSeconds, forceDrain } = args;
		const before = placesBefore(place, size).map((other) => made[other]!);
		const host = hosts.get(node)!;
		const { localProxy } = balancer;
		const proxy = localProxy ? { balancer: { localProxy, apiServers: apiServersOf(endpoints) } } : {};
		const drain = { drainTimeoutSeconds, forceDrain };
		const { steps, kubernetesPackages: kubeletPackages } = prepared.get(node)!;
		const inputs = {
			host,
			cluster,
			node: nodes.get(node)!,
			authority: authorities.ca,
			api,
			...proxy,
			...drain,
			after: before,
			prepared: steps,
			...(kubeletPackages ? { kubeletPackages, kubeletAfter } : {}),
		};
		made.push(new WorkerNode(`${name}-${node}`, typedAt(typedDrain(args), inputs), parent));
	}
	return made;
}
