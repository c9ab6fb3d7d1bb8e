import { Config } from "@pulumi/pulumi";
import {
	Addon,
	BootstrapToken,
	Cluster,
	type ClusterArgs,
	ClusterReady,
	EtcdCluster,
	type EtcdClusterArgs,
	HostFile,
	Kubeconfig,
	type NodeArgs,
	Tenant,
	type TenantArgs,
} from "pulumi-kubeadm";
import { Machine } from "./machine.ts";

/** What a test says of its cluster: everything that a program could, as configuration. */
export interface ClusterProgram {
	/** Name of the Cluster resource. @default "test" */
	name?: string;
	cluster: ClusterArgs;
	/** etcd on machines of its own. @default none */
	etcd?: EtcdClusterArgs;
	/** Addons by name, as YAML. @default none */
	addons?: Record<string, string>;
	/** Whether a BootstrapToken is made. @default false */
	bootstrapToken?: boolean;
	/** Whether the command to join is put out. @default false */
	joins?: boolean;
	/** Files on the first control plane, by resource name. @default none */
	files?: Record<string, { path: string; content: string }>;
	/** Users with a certificate of their own, and their groups. @default none */
	users?: Record<string, string[]>;
	/** Users with rights of their own, by name. @default none */
	tenants?: Record<string, Omit<TenantArgs, "cluster" | "user">>;
	/** Users with a token, by name. @default none */
	tokens?: Record<string, string>;
	/** Whether the machines' addresses come from resources of the same program. @default false */
	machines?: boolean;
	/** Whether it waits for nodes and DNS. @default true */
	ready?: boolean;
	/** What it waits for in place of that, and how long in seconds. @default nothing */
	awaited?: { workloads: string[]; timeoutSeconds: number };
}

const {
	name = "test",
	cluster: args,
	etcd,
	addons = {},
	bootstrapToken,
	joins,
	files = {},
	users = {},
	tenants = {},
	tokens = {},
	machines,
	ready = true,
	awaited,
} = new Config("test").requireObject<ClusterProgram>("program");

const made = (node: NodeArgs): NodeArgs => {
	if (!machines) return node;
	const { address } = new Machine(node.name, node.connection.host as string);
	return {
		...node,
		connection: { ...node.connection, host: address },
		localAPIEndpoint: { advertiseAddress: address },
	};
};
const cluster = new Cluster(name, {
	...args,
	...(etcd ? { etcd: { external: new EtcdCluster("etcd", etcd) } } : {}),
	controlPlanes: args.controlPlanes.map(made),
	workers: args.workers?.map(made),
});
for (const [file, { path, content }] of Object.entries(files)) {
	new HostFile(file, { host: cluster.api.controlPlanes[0]!, path, content });
}
const { authorities, spec, server } = cluster;
const kubeconfigOf = ({ user, ...known }: { user: string; groups?: string[]; token?: string }) => {
	const { groups = [], token } = known;
	const args = { authority: authorities.ca, cluster: spec, user: { name: user, groups, server }, token };
	return [user, new Kubeconfig(user, args).kubeconfig];
};
const placed = Object.entries(addons).map(([addon, yaml]) => new Addon(addon, { api: cluster.api, yaml }));
if (ready) {
	const workloads = ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"];
	new ClusterReady("ready", { api: cluster.api, nodes: cluster.nodeNames, workloads }, { dependsOn: placed });
}
if (awaited) new ClusterReady("awaited", { api: cluster.api, nodes: [], ...awaited });

export const kubeconfig = cluster.kubeconfig;
export const caCertHash = cluster.caCertHash;
export const joinCommand = joins ? cluster.joinCommand : "";
export const token = bootstrapToken ? new BootstrapToken("token", { api: cluster.api }).token : "";
export const kubeconfigs = Object.fromEntries([
	...Object.entries(users).map(([user, groups]) => kubeconfigOf({ user, groups })),
	...Object.entries(tenants).map(([user, of]) => [user, new Tenant(user, { cluster, user, ...of }).kubeconfig]),
	...Object.entries(tokens).map(([user, value]) => kubeconfigOf({ user, token: value })),
]);
