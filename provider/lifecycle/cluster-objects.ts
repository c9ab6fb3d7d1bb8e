import type { Cluster, ClusterSpec } from "../config/cluster";
import type { Node, NodeSpec } from "../config/node";
import type { HostReference } from "../hosts/reach";
import type { KubernetesObject } from "../render/kubernetes-object";
import { withoutSkipped } from "../render/objects/skipped";
import { renderNode } from "./rendering";

/** What the objects of a cluster are rendered from. */
export interface ClusterObjectsArgs {
	/** Control planes through which the API is reached. */
	controlPlanes: HostReference[];
	/** The cluster that the objects are rendered from. */
	cluster: ClusterSpec;
	/** The control plane that the cluster was founded with: without a `controlPlaneEndpoint`, objects name its API server. */
	node: NodeSpec;
}

/** Objects as far as the cluster is known, without those of phases that are skipped. */
export function renderObjects(
	{ cluster, node }: Pick<ClusterObjectsArgs, "cluster" | "node">,
	render: (cluster: Cluster, node: Node) => KubernetesObject[],
): KubernetesObject[] {
	return renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
		objects: withoutSkipped(render(resolved, resolvedNode), resolvedNode),
	})).objects;
}
