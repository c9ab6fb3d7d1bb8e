import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { checked } from "../support/checked.ts";
import { reaching, reachingTooEarly } from "../support/made-before.ts";
import { find, key, type Sent, sent } from "../support/mocks.ts";
import { previewTree } from "../support/preview-tree.ts";

const machine = "proxmoxve:index/vmLegacy:VmLegacy";
const node = (name: string, number: number, server: string) => ({ name, address: `198.18.7.${number}`, server });
const controlPlanes = [node("cp-1", 11, "pve-1"), node("cp-2", 12, "pve-2"), node("cp-3", 13, "pve-3")];
const workers = [node("worker-1", 21, "pve-1"), node("worker-2", 22, "pve-2")];
const config = {
	template: { vmId: 9000, server: "pve-1" },
	datastore: "local-lvm",
	network: { bridge: "vmbr0", gateway: "198.18.7.1", prefixLength: 24 },
	virtualIP: { address: "198.18.7.100", images: { keepalived: "registry.example/keepalived:2.2" } },
	controlPlanes,
	workers,
};
const made = {
	"tls:index/privateKey:PrivateKey": { privateKeyOpenssh: "mock private key", publicKeyOpenssh: "mock public key\n" },
};

/** Runs with mocks in place of the engine and of the plugins of pulumi-proxmoxve, @pulumi/tls and @pulumi/command. */
function example({ preview = false } = {}): Promise<Sent[]> {
	vi.resetModules();
	return sent(() => import("../../examples/proxmox/index.ts"), config, { preview, made });
}

describe("the example proxmox", () => {
	let all: Sent[];
	beforeAll(async () => {
		all = await example();
	});

	it("clones each machine from the template, on its server, with its address and the login that the cluster uses", () => {
		for (const { name, address, server } of [...controlPlanes, ...workers]) {
			const { nodeName, clone, initialization, agent } = find(all, `${machine} ${name}`).inputs;
			expect({ nodeName, clone }).toEqual({ nodeName: server, clone: { vmId: 9000, nodeName: "pve-1" } });
			expect(initialization.ipConfigs).toEqual([{ ipv4: { address: `${address}/24`, gateway: "198.18.7.1" } }]);
			expect(initialization.userAccount).toEqual({ username: "admin", keys: ["mock public key"] });
			// Without an answer of the guest agent, the provider would wait for it.
			expect(agent).toEqual({ enabled: false });
			const { inputs, secrets } = find(all, `Host proxmox-${name}`);
			expect(inputs["connection"]).toMatchObject({ host: address, user: "admin", privateKey: "mock private key" });
			expect(secrets).toEqual(["connection.privateKey"]);
		}
	});

	it("looks at no machine before it is made, although its address is known, and removes none before the cluster has left it", () => {
		const machines = [...controlPlanes, ...workers].map(({ name, address }) => [address, `${machine} ${name}`]);
		expect(reaching(all).map(key)).toEqual(
			expect.arrayContaining(["Host proxmox-cp-1", "command:remote:Command proxmox-cp-1-preparation"]),
		);
		expect(reachingTooEarly(all, Object.fromEntries(machines))).toEqual([]);
	});

	it("has a virtual IP on the control planes as the way to the API", () => {
		const virtualIPs = all.filter(({ type }) => type === "VirtualIP");
		expect(virtualIPs.map(({ inputs }) => [inputs["nodeName"], inputs["virtualIP"].address])).toEqual(
			controlPlanes.map(({ name }) => [name, "198.18.7.100"]),
		);
		expect(find(all, "VirtualIP proxmox-cp-1-virtual-ip").inputs["apiServers"]).toEqual(
			controlPlanes.map(({ name, address }) => ({ name, address, port: 6443 })),
		);
		const { cluster } = find(all, "StaticPodManifest proxmox-cp-1-kube-apiserver").inputs;
		expect(cluster.controlPlaneEndpoint).toBe("198.18.7.100:8443");
	});

	it("makes what its README shows", () => {
		expect(readFileSync("examples/proxmox/README.md", "utf8")).toContain(previewTree(all, "proxmox-dev"));
	});

	it("previews all of the cluster while no machine is there, its addresses among it", async () => {
		const previewed = checked(await example({ preview: true }));
		expect(previewed.map(key)).toEqual(expect.arrayContaining(["NodeRegistration proxmox-worker-2-node"]));
		expect(find(previewed, "ClusterIdentity proxmox").inputs["initialMembers"]).toEqual(
			controlPlanes.map(({ name, address }) => ({ name, address })),
		);
	});
});
