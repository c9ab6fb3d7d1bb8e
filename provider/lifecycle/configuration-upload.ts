import { kubeadmConfigMap, kubeletConfigMap } from "../render/objects/config-maps";
import { type ClusterObjectsArgs, renderObjects } from "./cluster-objects";
import { objectsLifecycle } from "./objects-lifecycle";

/** kubeadm-config and kubelet-config: from them kubeadm's own commands know the cluster. */
export const configurationUpload = objectsLifecycle<ClusterObjectsArgs>({
	render: (args) =>
		renderObjects(args, (cluster, node) => [kubeadmConfigMap(cluster, node), kubeletConfigMap(cluster, node)]),
});
