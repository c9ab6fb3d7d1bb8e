import * as hcloud from "@pulumi/hcloud";
import { Config } from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { Cluster, type NodeArgs } from "pulumi-kubeadm";
import { apiBalancer } from "./balancer";
import { firewall, location, subnet } from "./network";

const config = new Config();

const key = new tls.PrivateKey("ssh", { algorithm: "ED25519" });
const login = new hcloud.SshKey("ssh", { publicKey: key.publicKeyOpenssh });
// The servers of a group are on different hosts of Hetzner.
const apart = new hcloud.PlacementGroup("control-planes", { type: "spread" });

const controlPlanes = names("cp", 3).map((name, index) =>
	machine(name, `10.20.1.${11 + index}`, { placementGroupId: apart.id.apply(Number) }),
);
const workers = names("worker", config.getNumber("workers") ?? 2).map((name, index) =>
	machine(name, `10.20.1.${21 + index}`),
);

const api = apiBalancer(controlPlanes.map(({ server }) => server));
const cluster = new Cluster(
	"hetzner",
	{
		kubernetesVersion: "1.37.2",
		controlPlaneEndpoint: api.endpoint,
		networking: { podSubnet: "10.244.0.0/16" },
		prepare: true,
		// The load balancer needs up to 10 seconds to take an API server out that is going to end.
		apiServer: {
			extraArgs: [
				{ name: "shutdown-delay-duration", value: "10s" },
				{ name: "shutdown-watch-termination-grace-period", value: "5s" },
			],
		},
		controlPlanes: controlPlanes.map((each) => ({
			...node(each),
			localAPIEndpoint: { advertiseAddress: each.address },
		})),
		workers: workers.map(node),
	},
	{ dependsOn: api.parts },
);

interface Machine {
	name: string;
	/** In the private network. */
	address: string;
	server: hcloud.Server;
}

function names(role: string, count: number): string[] {
	return Array.from({ length: count }, (_, index) => `${role}-${index + 1}`);
}

function machine(name: string, address: string, settings: Partial<hcloud.ServerArgs> = {}): Machine {
	const server = new hcloud.Server(name, {
		name,
		location,
		serverType: config.require("serverType"),
		image: "debian-13",
		sshKeys: [login.id],
		firewallIds: [firewall.id.apply(Number)],
		networks: [{ subnetId: subnet.id, ip: address }],
		...settings,
	});
	return { name, address, server };
}

function node({ name, address, server }: Machine): NodeArgs {
	return {
		name,
		connection: {
			host: server.ipv4Address,
			privateKey: key.privateKeyOpenssh,
			// A server that has just been started may refuse many dials until it is up.
			dialErrorLimit: 60,
		},
		// The default route leads out of the private network.
		nodeRegistration: { kubeletExtraArgs: [{ name: "node-ip", value: address }] },
	};
}

export const kubeconfig = cluster.kubeconfig;
export const addresses = Object.fromEntries(
	[...controlPlanes, ...workers].map(({ name, server }) => [name, server.ipv4Address]),
);
export const sshKey = key.privateKeyOpenssh;
