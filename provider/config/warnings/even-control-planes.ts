import type { Problem } from "../problems";
import type { Configured } from "./warn";

/**
 * An even number of control planes with stacked etcd. Four members lose their majority with the second failure, as three do.
 *
 * Source: https://etcd.io/docs/v3.6/faq/#why-an-odd-number-of-cluster-members
 */
export function evenControlPlanes({ cluster, nodes, at }: Configured): Problem[] {
	const count = nodes.filter(({ at: inNode }) => inNode("name").startsWith(at("controlPlanes["))).length;
	if (!cluster || cluster.etcd?.external || count === 0 || count % 2 === 1) return [];
	return [{ path: at("controlPlanes"), message: evenMembers(count) }];
}

/** What an even number of etcd members costs. */
export function evenMembers(count: number): string {
	const outlived = count / 2 - 1;
	return `${count} of them: etcd goes on as long as ${count - outlived} run, so ${outlived === 0 ? "either failure stops the cluster" : `no more may fail than of ${count - 1}`}; use ${count - 1} or ${count + 1}`;
}
