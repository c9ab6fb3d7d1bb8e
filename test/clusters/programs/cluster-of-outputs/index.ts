import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "pulumi-kubeadm";

/** Arguments of a cluster; an object `{ output: VALUE }` stands for an Output. */
export interface ClusterOfOutputs {
	cluster: object;
}

const { cluster } = new pulumi.Config("test").requireObject<ClusterOfOutputs>("program");

function withOutputs(value: any): any {
	if (Array.isArray(value)) return value.map(withOutputs);
	if (typeof value !== "object" || value === null) return value;
	if ("output" in value) return pulumi.output(value.output);
	return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withOutputs(item)]));
}

export const { kubeconfig } = new Cluster("c", withOutputs(cluster));
