import { type Cluster, type ClusterSpec, clusterUnknowns, resolveCluster } from "../config/cluster";
import { type Node, type NodeRole, type NodeSpec, nodeUnknowns, resolveNode } from "../config/node";
import { isUnknown, maskUnknowns, UNKNOWN } from "../facts/unknown";
import type { EtcdMembers } from "../render/static-pods/pod";

/**
 * Inputs of a resource that follow from a cluster: rendered from what is known, and unknown element by element where a
 * single value is not. Where a whole list or object of the cluster is not known, each of these inputs is unknown as a whole.
 */
export function renderCluster<T extends object>(cluster: ClusterSpec, render: (cluster: Cluster) => T): T {
	const known = isUnknown(cluster) ? { kubernetesVersion: UNKNOWN } : cluster;
	const rendered = render(resolveCluster(known));
	return isUnknown(cluster) || clusterUnknowns(known).length > 0 ? unknownFields(rendered) : maskUnknowns(rendered);
}

/** The same for what depends on a node too. Of the host's facts, those that the program does not say are unknown until it was asked: only what follows from them is. */
export function renderNode<T extends object>(
	{ cluster, node, role }: { cluster: ClusterSpec; node: NodeSpec; role: NodeRole },
	render: (cluster: Cluster, node: Node) => T,
): T {
	return renderCluster(cluster, (resolved) => {
		const known: NodeSpec = isUnknown(node) ? { name: UNKNOWN, apiServer: { advertiseAddress: UNKNOWN } } : node;
		const rendered = render(resolved, resolveNode(resolved, known, role));
		const open = isUnknown(node) || nodeUnknowns(known).some((path) => !/^facts\b/.test(path));
		return open ? unknownFields(rendered) : rendered;
	});
}

/**
 * etcd's initial members; those of a cluster whose addresses are not known yet are this node at an unknown address.
 * In a preview the engine leaves out what is not known inside another resource's output.
 */
export function membersAsKnown(members: EtcdMembers, node: Node): EtcdMembers {
	if (isUnknown(members)) return [{ name: node.name, address: UNKNOWN }];
	return members.map((member) =>
		isUnknown(member)
			? { name: UNKNOWN, address: UNKNOWN }
			: { name: member.name ?? UNKNOWN, address: member.address ?? UNKNOWN },
	);
}

function unknownFields<T extends object>(rendered: T): T {
	return Object.fromEntries(Object.keys(rendered).map((field) => [field, UNKNOWN])) as T;
}
