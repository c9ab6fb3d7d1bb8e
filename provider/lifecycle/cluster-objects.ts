import type { Cluster, ClusterSpec } from "../config/cluster";
import type { Node, NodeSpec } from "../config/node";
import type { HostReference } from "../hosts/reach";
import type { addonComponents } from "../phases/components/registry";
import type { KubernetesObject } from "../render/kubernetes-object";
import { withoutSkipped } from "../render/objects/skipped";
import { objectsLifecycle } from "./objects-lifecycle";
import { renderNode } from "./rendering";

/** Arguments of a resource whose Kubernetes objects are rendered from the cluster. */
export interface ClusterObjectsArgs {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** The cluster that the objects are rendered from. */
	cluster: ClusterSpec;
	/**
	 * The control plane that the cluster was founded with. Without a `controlPlaneEndpoint`, objects name its API server.
	 */
	node: NodeSpec;
}

/** Renders objects as far as the cluster is known. Objects of skipped phases are left out. */
export function renderObjects(
	{ cluster, node }: Pick<ClusterObjectsArgs, "cluster" | "node">,
	render: (cluster: Cluster, node: Node) => KubernetesObject[],
): KubernetesObject[] {
	return renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
		objects: withoutSkipped(render(resolved, resolvedNode), resolvedNode),
	})).objects;
}

/** Makes the lifecycle of one of kubeadm's addons. The component renders, places and removes the addon's objects. */
export function componentObjects(component: (typeof addonComponents)[keyof typeof addonComponents]) {
	return objectsLifecycle<ClusterObjectsArgs>({
		component,
		render: (args) => renderObjects(args, (cluster, node) => component.render({ cluster, node })),
	});
}
