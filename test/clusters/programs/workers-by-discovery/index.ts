import { Config } from "@pulumi/pulumi";
import { type ClusterInputs, Host, type NodeArgs, WorkerNode } from "pulumi-kubeadm";

/** Machines that are to be nodes of a cluster of which nothing is known but how to discover it. */
export interface WorkersByDiscovery {
	/** What the cluster is. */
	cluster: ClusterInputs;
	/** Each with `discovery`. */
	workers: NodeArgs[];
}

const { cluster, workers } = new Config("test").requireObject<WorkersByDiscovery>("program");
for (const { name, connection, ...rest } of workers) {
	const host = new Host(name, { connection });
	new WorkerNode(name, { host, cluster, node: { name, ...rest, facts: host.facts } });
}
