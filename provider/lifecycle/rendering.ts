import { type Cluster, type ClusterSpec, clusterUnknowns, resolveCluster } from "../config/cluster";
import { type Node, type NodeRole, type NodeSpec, nodeUnknowns, resolveNode } from "../config/node";
import { inArgument } from "../config/problems";
import { isUnknown, maskUnknowns, UNKNOWN } from "../facts/unknown";
import type { EtcdMembers } from "../render/static-pods/pod";

/**
 * Renders inputs of a resource from what is known of a cluster, the argument `cluster`. Where a single value of the cluster is not known, an
 * input is unknown element by element. Where a whole list or object is not known, each input is unknown as a whole.
 */
export function renderCluster<T extends object>(cluster: ClusterSpec, render: (cluster: Cluster) => T): T {
	const known = isUnknown(cluster) ? { kubernetesVersion: UNKNOWN } : cluster;
	const rendered = render(inArgument("cluster", () => resolveCluster(known)));
	return isUnknown(cluster) || clusterUnknowns(known).length > 0 ? unknownFields(rendered) : maskUnknowns(rendered);
}

/**
 * Renders inputs that depend on a cluster and a node, the arguments `cluster` and `node`, by the rules of `renderCluster`. Host facts that the program does
 * not state are unknown until the host is asked, and so are the elements that follow from them.
 */
export function renderNode<T extends object>(
	{ cluster, node, role }: { cluster: ClusterSpec; node: NodeSpec; role: NodeRole },
	render: (cluster: Cluster, node: Node) => T,
): T {
	return renderCluster(cluster, (resolved) => {
		const known: NodeSpec = isUnknown(node) ? { name: UNKNOWN, apiServer: { advertiseAddress: UNKNOWN } } : node;
		const rendered = inArgument("node", () => render(resolved, resolveNode(resolved, known, role)));
		const open = isUnknown(node) || nodeUnknowns(known).some((path) => !/^facts\b/.test(path));
		return open ? unknownFields(rendered) : rendered;
	});
}

/**
 * etcd's initial members. Members whose addresses are not known yet become this node at an unknown address. In a
 * preview the engine leaves out unknown values inside another resource's output.
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
