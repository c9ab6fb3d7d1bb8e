import { addonComponents } from "../phases/components/registry";
import { withRestart } from "../render/addons/kube-proxy-restart";
import { type ClusterObjectsArgs, renderObjects } from "./cluster-objects";
import { objectsLifecycle } from "./objects-lifecycle";

const component = addonComponents["kube-proxy"];

/**
 * Lifecycle of the addon kube-proxy, with the objects of kubeadm's phase `addon/kube-proxy`. kube-proxy reads its
 * configuration when it starts: a changed one restarts its pods, node by node.
 */
export const kubeProxy = objectsLifecycle<ClusterObjectsArgs>({
	component,
	render: (args, before) =>
		withRestart(
			renderObjects(args, (cluster, node) => component.render({ cluster, node })),
			before,
		),
});
