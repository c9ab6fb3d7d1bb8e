import { readFileSync } from "node:fs";
import { Config } from "@pulumi/pulumi";
import {
	Addon,
	Cluster,
	type ClusterInputs,
	type ConnectionInputs,
	type NodeArgs,
	type VirtualIPSpec,
} from "pulumi-kubeadm";

interface Machine {
	name: string;
	host: string;
}

const config = new Config();
const ssh = config.requireObject<Omit<ConnectionInputs, "host">>("ssh");
const machines = (key: string): NodeArgs[] =>
	config.requireObject<Machine[]>(key).map(({ name, host }) => ({ name, connection: { ...ssh, host } }));
const workers = machines("workers");

const cluster = new Cluster("ha", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	...config.getObject<Partial<ClusterInputs>>("cluster"),
	controlPlanes: machines("controlPlanes"),
	workers,
	// The address that one of the control planes has, and the images of haproxy and keepalived.
	virtualIP: config.requireObject<VirtualIPSpec>("virtualIP"),
	// Changed kubelet settings go to the last worker first, then to a quarter of the workers at a time, at least to one.
	rollout: { maxUnavailable: "25%", order: workers.slice(-1).map(({ name }) => name) },
});

const yaml = readFileSync(config.require("podNetwork"), "utf8");
new Addon("pod-network", { api: cluster.api, yaml });

export const server = cluster.server;
export const kubeconfig = cluster.kubeconfig;
