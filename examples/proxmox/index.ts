import * as proxmox from "@muhlba91/pulumi-proxmoxve";
import { Config } from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { Cluster, type ClusterArgs, type NodeArgs } from "pulumi-kubeadm";

interface Machine {
	name: string;
	address: string;
	/** The Proxmox server that runs the machine. */
	server: string;
}

interface Network {
	bridge: string;
	gateway: string;
	prefixLength: number;
}

const config = new Config();
const template = config.requireObject<{ vmId: number; server: string }>("template");
const datastoreId = config.require("datastore");
const network = config.requireObject<Network>("network");
const virtualIP = config.requireObject<NonNullable<ClusterArgs["virtualIP"]>>("virtualIP");
const controlPlanes = config.requireObject<Machine[]>("controlPlanes");
const workers = config.requireObject<Machine[]>("workers");

const key = new tls.PrivateKey("ssh", { algorithm: "ED25519" });

const machines = [...controlPlanes, ...workers].map(
	({ name, address, server }) =>
		new proxmox.VmLegacy(name, {
			name,
			nodeName: server,
			clone: { vmId: template.vmId, nodeName: template.server },
			cpu: { cores: 2, type: "x86-64-v2-AES" },
			memory: { dedicated: 4096 },
			disks: [{ interface: "scsi0", datastoreId, size: 30 }],
			networkDevices: [{ bridge: network.bridge }],
			initialization: {
				datastoreId,
				ipConfigs: [{ ipv4: { address: `${address}/${network.prefixLength}`, gateway: network.gateway } }],
				userAccount: { username: "admin", keys: [key.publicKeyOpenssh.apply((line) => line.trim())] },
			},
			// The addresses are given: nobody has to ask the machine for them.
			agent: { enabled: false },
			stopOnDestroy: true,
		}),
);

const cluster = new Cluster(
	"proxmox",
	{
		kubernetesVersion: "1.37.2",
		networking: { podSubnet: "10.244.0.0/16" },
		prepare: true,
		virtualIP,
		controlPlanes: controlPlanes.map((each) => ({
			...node(each),
			localAPIEndpoint: { advertiseAddress: each.address },
		})),
		workers: workers.map(node),
	},
	// The addresses are known before the machines are there.
	{ dependsOn: machines },
);

function node({ name, address }: Machine): NodeArgs {
	// A machine that has just been started may refuse many dials until it is up.
	const login = { user: "admin", privateKey: key.privateKeyOpenssh, dialErrorLimit: 60 };
	return { name, connection: { ...login, host: address } };
}

export const kubeconfig = cluster.kubeconfig;
export const sshKey = key.privateKeyOpenssh;
