import { readFileSync } from "node:fs";
import { Config } from "@pulumi/pulumi";
import { Addon, Cluster, type ClusterInputs, ClusterReady, type ConnectionInputs, type NodeArgs } from "pulumi-kubeadm";

type Machine = Omit<NodeArgs, "connection"> & { address: string };

const config = new Config();
const ssh = config.getObject<Omit<ConnectionInputs, "host">>("ssh") ?? {};
const machine = ({ address, ...node }: Machine) => ({ ...node, connection: { ...ssh, host: address } });

const cluster = new Cluster("quickstart", {
	kubernetesVersion: config.get("kubernetesVersion") ?? "1.37.2",
	...config.getObject<Partial<ClusterInputs>>("cluster"),
	controlPlanes: config.requireObject<Machine[]>("controlPlanes").map(machine),
	workers: config.requireObject<Machine[]>("workers").map(machine),
});

// The pod network (for example flannel's YAML), and whatever else is to run from the start.
const addons = (config.getObject<string[]>("addons") ?? []).map(
	(file) => new Addon(file, { api: cluster.api, yaml: readFileSync(file, "utf8") }),
);

new ClusterReady(
	"ready",
	{
		api: cluster.api,
		nodes: cluster.nodeNames,
		workloads: ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"],
	},
	{ dependsOn: addons },
);

export const kubeconfig = cluster.kubeconfig;
