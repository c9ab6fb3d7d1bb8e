import * as aws from "@pulumi/aws";
import { Config } from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { Cluster, type NodeArgs } from "pulumi-kubeadm";
import { apiBalancer } from "./balancer";
import { nodeSubnets, publicSubnet } from "./network";
import { bastionGroup, controlPlaneGroup, nodeGroup } from "./security";

const config = new Config();
const instanceType = config.get("instanceType") ?? "t3.medium";

const key = new tls.PrivateKey("ssh", { algorithm: "ED25519" });
const { keyName } = new aws.ec2.KeyPair("ssh", { publicKey: key.publicKeyOpenssh });
const debian = aws.ec2.getAmiOutput({
	owners: ["136693071363"],
	mostRecent: true,
	filters: [{ name: "name", values: ["debian-13-amd64-*"] }],
});

const bastion = machine("bastion", publicSubnet, {
	instanceType: "t3.micro",
	vpcSecurityGroupIds: [bastionGroup.id],
	associatePublicIpAddress: true,
});
const controlPlanes = machines("cp", 3, [nodeGroup.id, controlPlaneGroup.id]);
const workers = machines("worker", config.getNumber("workers") ?? 2, [nodeGroup.id]);

const api = apiBalancer(controlPlanes);
const cluster = new Cluster(
	"ec2",
	{
		kubernetesVersion: "1.37.2",
		controlPlaneEndpoint: api.endpoint,
		networking: { podSubnet: "10.244.0.0/16" },
		prepare: true,
		// The load balancer needs up to 15 seconds to take an API server out that is going to end.
		apiServer: {
			extraArgs: [
				{ name: "shutdown-delay-duration", value: "15s" },
				{ name: "shutdown-watch-termination-grace-period", value: "5s" },
			],
		},
		controlPlanes: controlPlanes.map((instance, index) => node(`cp-${index + 1}`, instance)),
		workers: workers.map((instance, index) => node(`worker-${index + 1}`, instance)),
	},
	{ dependsOn: api.parts },
);

function machines(role: string, count: number, vpcSecurityGroupIds: NonNullable<Settings["vpcSecurityGroupIds"]>) {
	return Array.from({ length: count }, (_, index) => {
		const subnet = nodeSubnets[index % nodeSubnets.length]!;
		return machine(`${role}-${index + 1}`, subnet, { instanceType, vpcSecurityGroupIds });
	});
}

function machine(name: string, { id: subnetId, route }: typeof publicSubnet, settings: Settings): aws.ec2.Instance {
	return new aws.ec2.Instance(
		name,
		{
			ami: debian.id,
			keyName,
			subnetId,
			metadataOptions: { httpTokens: "required" },
			rootBlockDevice: { volumeType: "gp3", volumeSize: 30, encrypted: true },
			tags: { Name: name },
			...settings,
		},
		// Without `ignoreChanges` a newer image of Debian would replace every machine.
		{ dependsOn: route, ignoreChanges: ["ami"] },
	);
}

function node(name: string, { privateIp }: aws.ec2.Instance): NodeArgs {
	// A machine that has just been started may refuse many dials until it is up.
	const login = { user: "admin", privateKey: key.privateKeyOpenssh, dialErrorLimit: 60 };
	return { name, connection: { ...login, host: privateIp, proxy: { ...login, host: bastion.publicIp } } };
}

type Settings = Pick<aws.ec2.InstanceArgs, "instanceType" | "vpcSecurityGroupIds" | "associatePublicIpAddress">;

export const kubeconfig = cluster.kubeconfig;
export const bastionAddress = bastion.publicIp;
export const sshKey = key.privateKeyOpenssh;
