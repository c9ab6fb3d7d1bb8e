import { readFileSync } from "node:fs";
import { Config } from "@pulumi/pulumi";
import { Addon, Cluster, type ClusterInputs, ClusterReady, type NodeArgs } from "pulumi-kubeadm";

const config = new Config();

const cluster = new Cluster("single", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	...config.getObject<Partial<ClusterInputs>>("cluster"),
	// Without kubeadm's taint of control planes, this node takes any pod.
	controlPlanes: [{ ...config.requireObject<NodeArgs>("machine"), nodeRegistration: { taints: [] } }],
});

// The manifest of a CNI. Its pod network is the cluster's podSubnet.
const yaml = readFileSync(config.require("podNetwork"), "utf8");
const podNetwork = new Addon("pod-network", { api: cluster.api, yaml });

const workloads = ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"];
new ClusterReady("ready", { api: cluster.api, nodes: cluster.nodeNames, workloads }, { dependsOn: podNetwork });

export const kubeconfig = cluster.kubeconfig;
