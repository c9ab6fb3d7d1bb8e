import { Config } from "@pulumi/pulumi";
import { Cluster, type ConnectionInputs, type NodeArgs } from "pulumi-kubeadm";

interface Machine {
	name: string;
	host: string;
}

const config = new Config();
const ssh = config.requireObject<Omit<ConnectionInputs, "host">>("ssh");
const node = ({ name, host }: Machine): NodeArgs => ({ name, connection: { ...ssh, host } });

const cluster = new Cluster("prepared", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	// Each part can be changed or left out: docs/hosts.md has the table of the steps.
	prepare: { registries: { "docker.io": { mirrors: config.requireObject<string[]>("mirrors") } } },
	controlPlanes: config.requireObject<Machine[]>("controlPlanes").map(node),
	workers: config.requireObject<Machine[]>("workers").map(node),
});

export const kubeconfig = cluster.kubeconfig;
