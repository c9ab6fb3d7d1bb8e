import * as pulumi from "@pulumi/pulumi";
import { type ClusterInputs, Host, type NodeArgs, WorkerNode } from "pulumi-kubeadm";

/** A worker in a cluster that another stack has made. */
export interface SecondStack {
	/** Name of that stack. It puts out `kubeconfig` and `join`. */
	stack: string;
	/** What the cluster is. */
	cluster: ClusterInputs;
	worker: NodeArgs;
}

const { stack, cluster, worker } = new pulumi.Config("test").requireObject<SecondStack>("program");
const { name, connection, ...node } = worker;
const first = new pulumi.StackReference(stack);
const join = first.requireOutput("join");
const bootstrapToken = {
	token: join.apply(({ token }) => token as string),
	apiServerEndpoint: join.apply(({ apiServer }) => apiServer as string),
	caCertHashes: [join.apply(({ caCertHash }) => caCertHash as string)],
};

const host = new Host(name, { connection });
new WorkerNode(name, { host, cluster, node: { ...node, name, discovery: { bootstrapToken }, facts: host.facts } });

export const kubeconfig = first.requireOutput("kubeconfig");
