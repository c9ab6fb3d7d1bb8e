import { isUnknown, maskUnknowns, UNKNOWN } from "../facts/unknown";
import type { EtcdMembers } from "../render/static-pods/pod";
import { type Cluster, type ClusterSpec, clusterUnknowns, resolveCluster } from "../spec/cluster";
import { type Node, type NodeRole, type NodeSpec, nodeUnknowns, resolveNode } from "../spec/node";

/**
 * What `check` shows of a cluster: rendered from what is known, and unknown element by element where a single value is
 * not; unknown as a whole where a whole list or object is not.
 */
export function renderCluster<T>(cluster: ClusterSpec, render: (cluster: Cluster) => T): T {
	const rendered = render(resolveCluster(cluster));
	return clusterUnknowns(cluster).length > 0 ? (UNKNOWN as T) : maskUnknowns(rendered);
}

/** The same for what depends on a node too. The host's facts are unknown until it was asked: only what follows from them is. */
export function renderNode<T>(
	{ cluster, node, role }: { cluster: ClusterSpec; node: NodeSpec; role: NodeRole },
	render: (cluster: Cluster, node: Node) => T,
): T {
	return renderCluster(cluster, (resolved) => {
		const rendered = render(resolved, resolveNode(resolved, node, role));
		return nodeUnknowns(node).some((path) => path !== "facts") ? (UNKNOWN as T) : rendered;
	});
}

/**
 * etcd's initial members; those of a cluster whose addresses are not known yet are this node at an unknown address.
 * In a preview the engine leaves out what is not known inside another resource's output.
 */
export function membersAsKnown(members: EtcdMembers, node: Node): EtcdMembers {
	if (isUnknown(members)) return [{ name: node.name, address: UNKNOWN }];
	return members.map(({ name, address }) => ({ name, address: address ?? UNKNOWN }));
}
