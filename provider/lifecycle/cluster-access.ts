import { status } from "../hosts/status";
import { nodesCommand } from "../phases/first-commands";
import { kubernetesFile } from "../render/endpoints";
import { clusterInfoConfigMap } from "../render/objects/config-maps";
import { rbacObjects } from "../render/objects/rbac";
import { type ClusterObjectsArgs, renderObjects } from "./cluster-objects";
import { objectsLifecycle } from "./objects-lifecycle";

/** Arguments of a `ClusterAccess`. */
export interface ClusterAccessArgs extends ClusterObjectsArgs {
	/** Certificate of the cluster's CA, PEM. */
	certificate: string;
}

const accessObjects = objectsLifecycle<ClusterAccessArgs>({
	render: ({ certificate, ...args }) =>
		renderObjects(args, (cluster, node) => [...rbacObjects(cluster), clusterInfoConfigMap(cluster, node, certificate)]),
	kubeconfigs: [kubernetesFile("super-admin.conf"), kubernetesFile("admin.conf")],
});

/**
 * Lifecycle of kubeadm's roles and bindings, and of the ConfigMap cluster-info. admin.conf gets its rights from these
 * bindings, so the first apply needs super-admin.conf. Where the host has no super-admin.conf, admin.conf is used. A
 * create says the next step: a program without `ClusterReady` has no later resource that could.
 */
export const clusterAccess: typeof accessObjects = {
	...accessObjects,
	async create(inputs) {
		const created = await accessObjects.create(inputs);
		const command = await nodesCommand(inputs.controlPlanes);
		status(`cluster: the API serves, and a node becomes Ready once a pod network runs; next:\n  ${command}`);
		return created;
	},
};
