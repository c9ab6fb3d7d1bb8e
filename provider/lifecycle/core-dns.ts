import { addonComponents } from "../phases/components/registry";
import { coreDnsHandFields, coreDnsLeftAlone } from "../render/addons/coredns";
import { type ClusterObjectsArgs, renderObjects } from "./cluster-objects";
import { objectsLifecycle } from "./objects-lifecycle";
import { renderNode } from "./rendering";

const component = addonComponents.coredns;

/**
 * Lifecycle of the addon CoreDNS, with the objects of kubeadm's phase `addon/coredns`. What a person changed in a field
 * that the program does not set, such as replicas or Corefile, is no drift and stays.
 */
export const coreDns = objectsLifecycle<ClusterObjectsArgs>({
	component,
	render: (args) => renderObjects(args, (cluster, node) => component.render({ cluster, node })),
	handFields: coreDnsHandFields,
	leftAlone: ({ cluster, node }) =>
		renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => ({
			fields: coreDnsLeftAlone(resolved, resolvedNode),
		})).fields,
});
