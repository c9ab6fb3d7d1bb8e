import { Config } from "@pulumi/pulumi";
import { Addon, BootstrapToken, Cluster, type ClusterArgs, ClusterReady } from "pulumi-kubeadm";

/** What a test says of its cluster: everything that a program could, as configuration. */
export interface ClusterProgram {
	/** Name of the Cluster resource. @default "test" */
	name?: string;
	cluster: ClusterArgs;
	/** Addons by name, as YAML. @default none */
	addons?: Record<string, string>;
	/** Whether a BootstrapToken is made. @default false */
	bootstrapToken?: boolean;
	/** Whether it waits for nodes and DNS. @default true */
	ready?: boolean;
}

const {
	name = "test",
	cluster: args,
	addons = {},
	bootstrapToken,
	ready = true,
} = new Config("test").requireObject<ClusterProgram>("program");

const cluster = new Cluster(name, args);
const placed = Object.entries(addons).map(([addon, yaml]) => new Addon(addon, { api: cluster.api, yaml }));
if (ready) {
	const workloads = ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"];
	new ClusterReady("ready", { api: cluster.api, nodes: cluster.nodeNames, workloads }, { dependsOn: placed });
}

export const kubeconfig = cluster.kubeconfig;
export const caCertHash = cluster.caCertHash;
export const token = bootstrapToken ? new BootstrapToken("token", { api: cluster.api }).token : "";
