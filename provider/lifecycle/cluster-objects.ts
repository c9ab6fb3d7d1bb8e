import type { Cluster, ClusterSpec } from "../config/cluster";
import type { Node, NodeSpec } from "../config/node";
import type { HostReference } from "../hosts/reach";
import type { KubernetesObject } from "../render/kubernetes-object";
import { withoutSkipped } from "../render/objects/skipped";
import { renderNode } from "./rendering";

/** Arguments of a resource whose Kubernetes objects are rendered from the cluster. */
export interface ClusterObjectsArgs {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** The cluster that the objects are rendered from. */
	cluster: ClusterSpec;
	/**
	 * The control plane node that the cluster was founded with. Where the cluster has no `controlPlaneEndpoint`, the
	 * objects name this node's API server.
	 */
	node: NodeSpec;
}

/**
 * Renders a cluster's Kubernetes objects, without the objects of skipped phases. Values that are not known yet are
 * `UNKNOWN`.
 * @throws SpecError with all problems of the cluster and the node
 */
export function renderObjects(
	{ cluster, node }: Pick<ClusterObjectsArgs, "cluster" | "node">,
	render: (cluster: Cluster, node: Node) => KubernetesObject[],
): KubernetesObject[] {
	return renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
		objects: withoutSkipped(render(resolved, resolvedNode), resolvedNode),
	})).objects;
}
