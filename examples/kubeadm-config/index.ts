import { Config } from "@pulumi/pulumi";
import { Cluster, type ConnectionInputs, fromKubeadmConfig } from "pulumi-kubeadm";

interface Machine {
	name: string;
	connection: ConnectionInputs;
}

const config = new Config();
const { cluster: spec, init, bootstrapTokens } = fromKubeadmConfig("kubeadm.yaml");

const cluster = new Cluster("kubeadm-config", {
	...spec,
	bootstrapTokens,
	controlPlanes: config.requireObject<Machine[]>("controlPlanes").map((machine) => ({ ...init, ...machine })),
	workers: config.requireObject<Machine[]>("workers"),
});

export const kubeconfig = cluster.kubeconfig;
