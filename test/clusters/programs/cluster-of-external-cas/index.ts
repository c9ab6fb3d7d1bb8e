import { Config } from "@pulumi/pulumi";
import { Cluster, type ClusterArgs, ClusterReady } from "pulumi-kubeadm";
import { Signed } from "./signed.ts";

/** A cluster whose CAs sign elsewhere. */
export interface ClusterOfExternalCas {
	cluster: ClusterArgs;
	/** Where the CAs are; without it they are signed by hand. */
	folder?: string;
}

const { cluster: args, folder } = new Config("test").requireObject<ClusterOfExternalCas>("program");
const cluster = new Cluster("test", {
	...args,
	...(folder
		? {
				sign: ({ node, name, authority, usages, csr }) =>
					new Signed(`${node}-${name}`, { folder, authority, usages: usages.join(), csr }).certificate,
			}
		: {}),
});
const workloads = ["DaemonSet kube-system/kube-proxy"];
// A worker that did not join is not waited for.
new ClusterReady("ready", { api: cluster.api, nodes: cluster.nodeNames, workloads }, { dependsOn: [cluster] });
