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
 * kubeadm's roles and bindings, and cluster-info. They are what gives admin.conf its rights, so that the first time
 * super-admin.conf is needed; where a cluster was given them already, admin.conf does.
 */
export const clusterAccess = objectsLifecycle<ClusterAccessArgs>({
	render: ({ certificate, ...args }) =>
		renderObjects(args, (cluster, node) => [...rbacObjects(cluster), clusterInfoConfigMap(cluster, node, certificate)]),
	kubeconfigs: [kubernetesFile("super-admin.conf"), kubernetesFile("admin.conf")],
});
