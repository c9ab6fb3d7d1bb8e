import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown.ts";
import { checked } from "../support/checked.ts";
import { madeBefore, reaching, reachingTooEarly } from "../support/made-before.ts";
import { find, key, type Sent, sent } from "../support/mocks.ts";
import { previewTree } from "../support/preview-tree.ts";

const server = "hcloud:index/server:Server";
const publicAddresses: Record<string, string> = {
	"cp-1": "192.0.2.11",
	"cp-2": "192.0.2.12",
	"cp-3": "192.0.2.13",
	"worker-1": "192.0.2.21",
	"worker-2": "192.0.2.22",
};
const made = {
	[server]: (name: string) => ({
		id: String(Object.keys(publicAddresses).indexOf(name)),
		ipv4Address: publicAddresses[name],
	}),
	"hcloud:index/firewall:Firewall": { id: "71" },
	"hcloud:index/loadBalancer:LoadBalancer": { id: "72" },
	"hcloud:index/placementGroup:PlacementGroup": { id: "73" },
	"hcloud:index/network:Network": { id: "74" },
	"tls:index/privateKey:PrivateKey": { privateKeyOpenssh: "mock private key", publicKeyOpenssh: "mock public key" },
};

/** Runs with mocks in place of the engine and of the plugins of @pulumi/hcloud, @pulumi/tls and @pulumi/command. */
function example(config: Record<string, unknown>, { preview = false } = {}): Promise<Sent[]> {
	vi.resetModules();
	const all = { serverType: "cx33", sshFrom: ["198.51.100.0/24"], ...config };
	return sent(() => import("../../examples/hetzner/index.ts"), all, { preview, made });
}

describe("the example hetzner", () => {
	let all: Sent[];
	beforeAll(async () => {
		all = await example({});
	});

	it("reaches each server at its public address, with the key that the server was made with", () => {
		expect(find(all, "hcloud:index/sshKey:SshKey ssh").inputs["publicKey"]).toBe("mock public key");
		for (const [name, host] of Object.entries(publicAddresses)) {
			const { inputs, secrets } = find(all, `Host hetzner-${name}`);
			expect(inputs["connection"]).toMatchObject({ host, privateKey: "mock private key" });
			expect(secrets).toEqual(["connection.privateKey"]);
			expect(find(all, `${server} ${name}`).inputs["sshKeys"]).toEqual(["ssh"]);
		}
	});

	it("keeps what nodes say to each other in the private network", () => {
		const addresses = { "cp-1": "10.20.1.11", "cp-2": "10.20.1.12", "cp-3": "10.20.1.13", "worker-1": "10.20.1.21" };
		for (const [name, ip] of Object.entries(addresses)) {
			expect(find(all, `${server} ${name}`).inputs["networks"]).toEqual([{ subnetId: "nodes", ip }]);
			const { node } = find(all, `Kubelet hetzner-${name}-kubelet`).inputs;
			expect(node.nodeRegistration.kubeletExtraArgs).toEqual([{ name: "node-ip", value: ip }]);
		}
		expect(find(all, "ClusterIdentity hetzner").inputs["members"]).toEqual(
			["cp-1", "cp-2", "cp-3"].map((name) => ({ name, address: addresses[name as "cp-1"] })),
		);
		const { rules } = find(all, "hcloud:index/firewall:Firewall ssh").inputs;
		expect(rules).toEqual([{ direction: "in", protocol: "tcp", port: "22", sourceIps: ["198.51.100.0/24"] }]);
		for (const name of Object.keys(publicAddresses))
			expect(find(all, `${server} ${name}`).inputs["firewallIds"]).toEqual([71]);
	});

	it("looks at no server before it is made, and removes none before the cluster has left it", () => {
		const servers = Object.entries(publicAddresses).map(([name, address]) => [address, `${server} ${name}`]);
		expect(reaching(all).map(key)).toEqual(
			expect.arrayContaining(["Host hetzner-cp-1", "command:remote:Command hetzner-cp-1-preparation"]),
		);
		expect(reachingTooEarly(all, Object.fromEntries(servers))).toEqual([]);
		for (const resource of reaching(all))
			expect([...madeBefore(all, resource)]).toEqual(
				expect.arrayContaining([
					"hcloud:index/networkSubnet:NetworkSubnet nodes",
					"hcloud:index/firewall:Firewall ssh",
					"hcloud:index/loadBalancerService:LoadBalancerService api",
					"hcloud:index/loadBalancerTarget:LoadBalancerTarget cp-1",
					"hcloud:index/loadBalancerTarget:LoadBalancerTarget cp-2",
					"hcloud:index/loadBalancerTarget:LoadBalancerTarget cp-3",
				]),
			);
	});

	it("names the load balancer's private address as the way to the API, and gives it time to see that one ends", () => {
		const { ip, enablePublicInterface } = find(all, "hcloud:index/loadBalancerNetwork:LoadBalancerNetwork api").inputs;
		expect(enablePublicInterface).toBe(false);
		const { cluster } = find(all, "StaticPodManifest hetzner-cp-1-kube-apiserver").inputs;
		expect(cluster.controlPlaneEndpoint).toBe(`${ip}:6443`);
		const { healthCheck, ...service } = find(all, "hcloud:index/loadBalancerService:LoadBalancerService api").inputs;
		expect(service).toMatchObject({ protocol: "tcp", listenPort: 6443, destinationPort: 6443 });
		const { port, http, interval, retries, timeout } = healthCheck;
		expect({ port, ...http }).toEqual({ port: 6443, path: "/readyz", tls: true, statusCodes: ["200"] });
		const { value } = cluster.apiServer.extraArgs.find(({ name }: any) => name === "shutdown-delay-duration");
		expect(Number.parseInt(value, 10)).toBeGreaterThan(retries * interval + timeout);
		const targets = all.filter(({ type }) => type === "hcloud:index/loadBalancerTarget:LoadBalancerTarget");
		expect(targets.map(({ inputs }) => [inputs["serverId"], inputs["usePrivateIp"]])).toEqual([
			[0, true],
			[1, true],
			[2, true],
		]);
	});

	it("makes what its README shows", () => {
		expect(readFileSync("examples/hetzner/README.md", "utf8")).toContain(previewTree(all, "hetzner-dev"));
	});

	it("previews all of the cluster while no server is known, with as many workers as configured", async () => {
		const previewed = await example({ workers: "3" }, { preview: true });
		expect(find(previewed, "Host hetzner-cp-1").inputs["connection"].host).toBe(UNKNOWN);
		expect(checked(previewed).map(key)).toEqual(
			expect.arrayContaining([
				"StaticPodManifest hetzner-cp-3-kube-apiserver",
				"NodeRegistration hetzner-worker-3-node",
			]),
		);
	});
});
