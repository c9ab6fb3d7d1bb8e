import { kubeadmConfigMap, kubeletConfigMap } from "../render/objects/config-maps";
import { type ClusterObjectsArgs, renderObjects } from "./cluster-objects";
import { objectsLifecycle } from "./objects-lifecycle";

/**
 * Lifecycle of the ConfigMaps kubeadm-config and kubelet-config, from which kubeadm's own commands read the cluster's
 * configuration.
 */
export const configurationUpload = objectsLifecycle<ClusterObjectsArgs>({
	render: (args) =>
		renderObjects(args, (cluster, node) => [kubeadmConfigMap(cluster, node), kubeletConfigMap(cluster, node)]),
});
