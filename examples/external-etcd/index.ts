import { readFileSync } from "node:fs";
import { Config } from "@pulumi/pulumi";
import { Addon, Cluster, type ClusterInputs, type ConnectionInputs, EtcdCluster, type NodeArgs } from "pulumi-kubeadm";

interface Machine {
	name: string;
	host: string;
}

const config = new Config();
const ssh = config.requireObject<Omit<ConnectionInputs, "host">>("ssh");
const machines = (key: string): NodeArgs[] =>
	config.requireObject<Machine[]>(key).map(({ name, host }) => ({ name, connection: { ...ssh, host } }));

const shared: ClusterInputs = {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	...config.getObject<Partial<ClusterInputs>>("cluster"),
};
const { kubernetesVersion, imageRepository, kubelet } = shared;

const etcd = new EtcdCluster("etcd", {
	kubernetesVersion,
	imageRepository,
	kubelet,
	members: machines("etcdMembers"),
});

const cluster = new Cluster("apart", {
	...shared,
	controlPlanes: machines("controlPlanes"),
	workers: machines("workers"),
	etcd: { external: etcd },
});

const yaml = readFileSync(config.require("podNetwork"), "utf8");
new Addon("pod-network", { api: cluster.api, yaml });

export const endpoints = etcd.endpoints;
export const kubeconfig = cluster.kubeconfig;
