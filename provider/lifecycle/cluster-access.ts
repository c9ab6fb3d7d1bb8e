import { kubernetesFile } from "../render/endpoints";
import { clusterInfoConfigMap } from "../render/objects/config-maps";
import { rbacObjects } from "../render/objects/rbac";
import { type ClusterObjectsArgs, renderObjects } from "./cluster-objects";
import { objectsLifecycle } from "./objects-lifecycle";

export interface ClusterAccessArgs extends ClusterObjectsArgs {
	/** PEM of the cluster's CA. */
	certificate: string;
}

/**
 * kubeadm's roles and bindings, and the ConfigMap cluster-info. admin.conf gets its rights from these bindings, so that the
 * first apply needs super-admin.conf. Where no super-admin.conf exists (any more), admin.conf is used.
 */
export const clusterAccess = objectsLifecycle<ClusterAccessArgs>({
	render: ({ certificate, ...args }) =>
		renderObjects(args, (cluster, node) => [...rbacObjects(cluster), clusterInfoConfigMap(cluster, node, certificate)]),
	kubeconfigs: [kubernetesFile("super-admin.conf"), kubernetesFile("admin.conf")],
});
