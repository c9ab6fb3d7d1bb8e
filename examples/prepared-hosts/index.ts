import { readFileSync } from "node:fs";
import { remote } from "@pulumi/command";
import { Config } from "@pulumi/pulumi";
import { Cluster, type NodeArgs } from "pulumi-kubeadm";

interface Machine {
	name: string;
	host: string;
	/** `ssh-ed25519 AAAA…` */
	hostKey: string;
}

const config = new Config();
const privateKey = config.requireSecret("privateKey");
const node = ({ name, ...machine }: Machine) => ({ name, connection: { ...machine, user: "admin", privateKey } });
const controlPlanes: NodeArgs[] = config.requireObject<Machine[]>("controlPlanes").map(node);
const workers: NodeArgs[] = config.requireObject<Machine[]>("workers").map(node);

// One connection serves both: the script prepares the machine, then the cluster makes a node of it.
const prepare = readFileSync("prepare.sh", "utf8");
const prepared = [...controlPlanes, ...workers].map(
	({ name, connection }) => new remote.Command(name, { connection, create: prepare, triggers: [prepare] }),
);

const cluster = new Cluster(
	"prepared",
	{ kubernetesVersion: "1.37.2", networking: { podSubnet: "10.244.0.0/16" }, controlPlanes, workers },
	{ dependsOn: prepared },
);

export const kubeconfig = cluster.kubeconfig;
