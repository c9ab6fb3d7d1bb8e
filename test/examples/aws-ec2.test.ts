import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown.ts";
import { checked } from "../support/checked.ts";
import { madeBefore, reaching, reachingTooEarly } from "../support/made-before.ts";
import { find, key, type Sent, sent } from "../support/mocks.ts";
import { previewTree } from "../support/preview-tree.ts";

const instance = "aws:ec2/instance:Instance";
const addresses: Record<string, string> = {
	bastion: "192.0.2.9",
	"cp-1": "10.20.1.11",
	"cp-2": "10.20.2.11",
	"cp-3": "10.20.3.11",
	"worker-1": "10.20.1.21",
	"worker-2": "10.20.2.21",
};
const made = {
	[instance]: (name: string) => ({ [name === "bastion" ? "publicIp" : "privateIp"]: addresses[name] }),
	"aws:ec2/vpc:Vpc": { cidrBlock: "10.20.0.0/16" },
	"aws:lb/loadBalancer:LoadBalancer": { arn: "arn:balancer", dnsName: "api.elb.example" },
	"aws:lb/targetGroup:TargetGroup": { arn: "arn:targets" },
	"tls:index/privateKey:PrivateKey": { privateKeyOpenssh: "mock private key", publicKeyOpenssh: "mock public key" },
};
const answers = {
	"aws:ec2/getAmi:getAmi": { id: "ami-debian" },
	"aws:index/getAvailabilityZones:getAvailabilityZones": { names: ["zone-a", "zone-b", "zone-c", "zone-d"] },
};

/** Runs with mocks in place of the engine and of the plugins of @pulumi/aws, @pulumi/tls and @pulumi/command. */
function example(config: Record<string, unknown>, { preview = false } = {}): Promise<Sent[]> {
	vi.resetModules();
	const all = { sshFrom: ["198.51.100.0/24"], ...config };
	return sent(() => import("../../examples/aws-ec2/index.ts"), all, { preview, made, answers });
}

describe("the example aws-ec2", () => {
	let all: Sent[];
	beforeAll(async () => {
		all = await example({});
	});

	it("reaches each node at its address in the network, through the bastion, with the key of the key pair", () => {
		const { keyName, publicKey } = find(all, "aws:ec2/keyPair:KeyPair ssh").inputs;
		expect(publicKey).toBe("mock public key");
		for (const name of ["cp-1", "cp-2", "cp-3", "worker-1", "worker-2"]) {
			const { inputs, secrets } = find(all, `Host ec2-${name}`);
			const login = { user: "admin", privateKey: "mock private key" };
			const proxy = { ...login, host: addresses["bastion"] };
			expect(inputs["connection"]).toMatchObject({ ...login, host: addresses[name], proxy });
			expect(secrets).toEqual(["connection.privateKey", "connection.proxy.privateKey"]);
			expect(find(all, `${instance} ${name}`).inputs["keyName"]).toBe(keyName);
		}
	});

	it("looks at no machine before it is made, and removes none before the cluster has left it", () => {
		const machines = Object.fromEntries(
			Object.entries(addresses).map(([name, address]) => [address, `${instance} ${name}`]),
		);
		expect(reaching(all).map(key)).toEqual(
			expect.arrayContaining(["Host ec2-cp-1", "command:remote:Command ec2-cp-1-preparation", "CoreDns ec2-coredns"]),
		);
		expect(reachingTooEarly(all, machines)).toEqual([]);
	});

	it("has the ways to the machines and to the API from the first step on a machine to the last", () => {
		for (const resource of reaching(all))
			expect([...madeBefore(all, resource)]).toEqual(
				expect.arrayContaining([
					"aws:ec2/securityGroup:SecurityGroup bastion",
					"aws:ec2/securityGroup:SecurityGroup nodes",
					"aws:ec2/routeTableAssociation:RouteTableAssociation public",
					"aws:ec2/natGateway:NatGateway nat",
					"aws:lb/listener:Listener api",
					"aws:lb/targetGroupAttachment:TargetGroupAttachment cp-1",
					"aws:lb/targetGroupAttachment:TargetGroupAttachment cp-2",
					"aws:lb/targetGroupAttachment:TargetGroupAttachment cp-3",
				]),
			);
	});

	it("names the load balancer as the way to the API, and gives it time to see that an API server ends", () => {
		const { cluster } = find(all, "StaticPodManifest ec2-cp-1-kube-apiserver").inputs;
		expect(cluster.controlPlaneEndpoint).toBe("api.elb.example:6443");
		const { healthCheck, port, preserveClientIp } = find(all, "aws:lb/targetGroup:TargetGroup api").inputs;
		expect({ port, preserveClientIp }).toEqual({ port: 6443, preserveClientIp: "false" });
		const { protocol, path, interval, timeout, unhealthyThreshold } = healthCheck;
		expect({ protocol, path }).toEqual({ protocol: "HTTPS", path: "/readyz" });
		const { value } = cluster.apiServer.extraArgs.find(({ name }: any) => name === "shutdown-delay-duration");
		expect(Number.parseInt(value, 10)).toBeGreaterThan(unhealthyThreshold * interval + timeout);
	});

	it("has a control plane in each of three availability zones", () => {
		const zones = ["cp-1", "cp-2", "cp-3"].map((name) => {
			const { dependsOn } = find(all, `${instance} ${name}`);
			return find(all, dependsOn.find((each) => each.startsWith("aws:ec2/subnet:"))!).inputs["availabilityZone"];
		});
		expect(zones).toEqual(["zone-a", "zone-b", "zone-c"]);
	});

	it("opens the ports that docs/hosts.md lists, the pod network's, and SSH from the bastion alone", () => {
		const openings = (name: string) =>
			find(all, `aws:ec2/securityGroup:SecurityGroup ${name}`).inputs["ingress"].map(
				({ protocol, fromPort, toPort, self, securityGroups, cidrBlocks }: any) => [
					fromPort === toPort && `${fromPort}/${protocol}`,
					self ? "self" : (securityGroups ?? cidrBlocks),
				],
			);
		expect(openings("bastion")).toEqual([["22/tcp", ["198.51.100.0/24"]]]);
		expect(openings("balancer")).toEqual([["6443/tcp", ["10.20.0.0/16"]]]);
		const [nodes, controlPlanes] = [openings("nodes"), openings("control-planes")];
		expect(nodes).toEqual([
			["22/tcp", ["bastion"]],
			["10250/tcp", "self"],
			["8472/udp", "self"],
		]);
		expect(controlPlanes).toEqual([
			["6443/tcp", ["nodes", "balancer"]],
			["2379/tcp", "self"],
			["2380/tcp", "self"],
		]);
		const [, listed] = /^\| open ports +\|([^|]*)\|/m.exec(readFileSync("docs/hosts.md", "utf8"))!;
		const opened = [...nodes, ...controlPlanes].map(([port]) => port);
		expect(listed!.match(/\d+/g)!.map((port) => `${port}/tcp`)).toEqual(
			opened.filter((port) => port !== "22/tcp" && port !== "8472/udp"),
		);
	});

	it("makes what its README shows", () => {
		expect(readFileSync("examples/aws-ec2/README.md", "utf8")).toContain(previewTree(all, "aws-ec2-dev"));
	});

	it("previews all of the cluster while no machine is known, with as many workers as configured", async () => {
		const previewed = await example({ workers: "3" }, { preview: true });
		expect(find(previewed, "Host ec2-cp-1").inputs["connection"].host).toBe(UNKNOWN);
		expect(checked(previewed).map(key)).toEqual(
			expect.arrayContaining(["StaticPodManifest ec2-cp-3-kube-apiserver", "NodeRegistration ec2-worker-3-node"]),
		);
	});
});
