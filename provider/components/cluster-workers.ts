import type * as pulumi from "@pulumi/pulumi";
import type { ApiAccess } from "../resources";
import { typedAt } from "../resources/typed-paths";
import type { Access } from "./cluster-api";
import type { Context } from "./cluster-context";
import type { Made } from "./cluster-nodes";
import { apiServersOf } from "./endpoint";
import { typedDrain } from "./node-inputs";
import { WorkerNode } from "./worker-node";

/** Creates the workers, which join once the cluster's ConfigMaps and tokens are in its API. */
export function makeWorkers(
	{ name, spec: cluster, workers, balancer, parent }: Context,
	{ hosts, nodes, endpoints, authorities, access, after }: Made & { access: Access; after: pulumi.Resource[] },
): pulumi.Resource[] {
	const api: ApiAccess = { ...access.api, dependsOn: [access.access, ...after] };
	return workers.map((args) => {
		const { name: node, drainTimeoutSeconds, forceDrain } = args;
		const host = hosts.get(node)!;
		const proxy = balancer.localProxy ? { balancer: { ...balancer, apiServers: apiServersOf(endpoints) } } : {};
		const drain = { drainTimeoutSeconds, forceDrain };
		const inputs = { host, cluster, node: nodes.get(node)!, authority: authorities.ca, api, ...proxy, ...drain };
		return new WorkerNode(`${name}-${node}`, typedAt(typedDrain(args), inputs), parent);
	});
}
