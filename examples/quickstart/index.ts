import { readFileSync } from "node:fs";
import { Config } from "@pulumi/pulumi";
import { Addon, Cluster, type ClusterInputs, ClusterReady, type ConnectionInputs, type NodeArgs } from "pulumi-kubeadm";

type Machine = Omit<NodeArgs, "connection"> & { address: string };

const config = new Config();
const ssh = config.getObject<Omit<ConnectionInputs, "host">>("ssh");
const node = ({ address, ...rest }: Machine): NodeArgs => ({ ...rest, connection: { ...ssh, host: address } });

const cluster = new Cluster("quickstart", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	...config.getObject<Partial<ClusterInputs>>("cluster"),
	controlPlanes: config.requireObject<Machine[]>("controlPlanes").map(node),
	workers: config.requireObject<Machine[]>("workers").map(node),
});

// The pod network, and whatever else is to run from the start.
const addons = Object.entries(config.getObject<Record<string, string>>("addons") ?? {}).map(
	([name, file]) => new Addon(name, { api: cluster.api, yaml: readFileSync(file, "utf8") }),
);

const workloads = ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"];
new ClusterReady("ready", { api: cluster.api, nodes: cluster.nodeNames, workloads }, { dependsOn: addons });

export const kubeconfig = cluster.kubeconfig;
