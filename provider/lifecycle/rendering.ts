import { type Cluster, type ClusterSpec, clusterUnknowns, resolveCluster } from "../config/cluster";
import { type Node, type NodeRole, type NodeSpec, nodeUnknowns, resolveNode } from "../config/node";
import { inArgument } from "../config/problems";
import { isUnknown, maskUnknowns, UNKNOWN } from "../facts/unknown";
import type { ApiServer } from "../render/balancer/haproxy";
import type { EtcdMembers } from "../render/static-pods/pod";

/**
 * Renders inputs of a resource from its argument `cluster`. Where a single value of the cluster is not known, only the
 * elements that follow from it are `UNKNOWN`. Where a whole list or object is not known, every input is `UNKNOWN` as a
 * whole.
 * @throws SpecError with all problems, by paths that begin with "cluster"
 */
export function renderCluster<T extends object>(cluster: ClusterSpec, render: (cluster: Cluster) => T): T {
	const spec = isUnknown(cluster) ? { kubernetesVersion: UNKNOWN } : cluster;
	const { resolved, isOpen } = inArgument("cluster", () => resolvedOnce(spec));
	const rendered = render(resolved);
	return isUnknown(cluster) || isOpen ? unknownFields(rendered) : maskUnknowns(rendered);
}

/** A cluster with its defaults, and whether a whole list or object of it is not known. */
interface Resolved {
	resolved: Cluster;
	isOpen: boolean;
}

/** Clusters that were resolved: the resources of one cluster share its object. */
const known = new WeakMap<ClusterSpec, Resolved>();

function resolvedOnce(cluster: ClusterSpec): Resolved {
	const made = known.get(cluster) ?? {
		resolved: resolveCluster(cluster),
		isOpen: clusterUnknowns(cluster).length > 0,
	};
	known.set(cluster, made);
	return made;
}

/**
 * Renders inputs of a resource from its arguments `cluster` and `node`. Where a single value is not known, only the
 * elements that follow from it are `UNKNOWN`; where a whole list or object is not known, every input is. Host facts
 * that the program does not state count as single values.
 * @throws SpecError with all problems, by paths that begin with "cluster" or "node"
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
 * Returns etcd's initial members with `UNKNOWN` for names and addresses that are not known yet. Where the list itself
 * is not known, it is this node at an unknown address. In a preview, the engine leaves unknown values out of another
 * resource's outputs.
 */
export function membersAsKnown(members: EtcdMembers, node: Node): EtcdMembers {
	if (isUnknown(members)) return [{ name: node.name, address: UNKNOWN }];
	return members.map((member) =>
		isUnknown(member)
			? { name: UNKNOWN, address: UNKNOWN }
			: { name: member.name ?? UNKNOWN, address: member.address ?? UNKNOWN },
	);
}

/**
 * Returns API servers with `UNKNOWN` for what a preview does not know of them. Where the list itself is not known, it
 * is one unknown server.
 */
export function apiServersAsKnown(servers: readonly ApiServer[]): ApiServer[] {
	const unknown = UNKNOWN as never;
	if (isUnknown(servers)) return [{ name: unknown, address: unknown, port: unknown }];
	return servers.map(({ name, address, port }) => ({
		name: name ?? unknown,
		address: address ?? unknown,
		port: port ?? unknown,
	}));
}

/** Makes every field of an object unknown as a whole. */
export function unknownFields<T extends object>(rendered: T): T {
	return Object.fromEntries(Object.keys(rendered).map((field) => [field, UNKNOWN])) as T;
}
