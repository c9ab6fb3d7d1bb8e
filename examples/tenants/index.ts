import { readFileSync } from "node:fs";
import { Config } from "@pulumi/pulumi";
import {
	Addon,
	Cluster,
	type ClusterInputs,
	type ConnectionInputs,
	type NodeArgs,
	Tenant,
	type TenantArgs,
} from "pulumi-kubeadm";

interface Machine {
	name: string;
	host: string;
}

const config = new Config();
const ssh = config.requireObject<Omit<ConnectionInputs, "host">>("ssh");
const machines = (key: string): NodeArgs[] =>
	config.requireObject<Machine[]>(key).map(({ name, host }) => ({ name, connection: { ...ssh, host } }));

const cluster = new Cluster("shared", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	...config.getObject<Partial<ClusterInputs>>("cluster"),
	controlPlanes: machines("controlPlanes"),
	workers: machines("workers"),
});

const text = (file: string) => readFileSync(file, "utf8");
new Addon("pod-network", { api: cluster.api, yaml: text(config.require("podNetwork")) });
// What a group may do. A group is a name in certificates: Kubernetes keeps no list of its members.
new Addon("on-call", { api: cluster.api, yaml: text("on-call.yaml") });

const people: Record<string, Omit<TenantArgs, "cluster" | "user">> = {
	ann: { namespace: "shop", roles: ["admin"] },
	ben: { namespace: "shop", roles: ["view"] },
	eva: { namespace: "billing", roles: ["edit"], groups: ["on-call"] },
};

/** A kubeconfig for each person, secret. */
export const kubeconfigs = Object.fromEntries(
	Object.entries(people).map(([user, rights]) => [user, new Tenant(user, { cluster, user, ...rights }).kubeconfig]),
);
