import * as pulumi from "@pulumi/pulumi";
import { Cluster, type ClusterArgs } from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

const machine = (name: string, number: number) => ({ name, connection: { host: `198.18.7.${number}` } });
const args = {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "198.19.0.0/16" },
	controlPlanes: [1, 2, 3].map((number) => ({
		...machine(`cp-${number}`, 10 + number),
		localAPIEndpoint: { advertiseAddress: `198.18.7.${10 + number}` },
	})),
	workers: [machine("worker-1", 21)],
};
const apiServers = [1, 2, 3].map((number) => ({
	name: `cp-${number}`,
	address: `198.18.7.${10 + number}`,
	port: 6443,
}));
const cluster = (choice: Partial<ClusterArgs>) => sent(() => new Cluster("c", { ...args, ...choice }));
const inOrder = [
	{ name: "shutdown-delay-duration", value: "5s" },
	{ name: "shutdown-watch-termination-grace-period", value: "5s" },
];

describe("a Cluster with a virtual IP", () => {
	it("has it on each control plane in turn, once the kubelet runs and before the workers join, and takes it away before the API server", async () => {
		const all = await cluster({ virtualIP: { address: "198.18.7.100" } });
		const virtualIPs = all.filter(({ type }) => type === "VirtualIP");
		expect(virtualIPs.map(key)).toEqual([1, 2, 3].map((number) => `VirtualIP c-cp-${number}-virtual-ip`));
		expect(virtualIPs[1]!.inputs).toMatchObject({
			nodeName: "cp-2",
			apiServers,
			virtualIP: { address: "198.18.7.100" },
		});
		expect(virtualIPs[1]!.dependsOn).toEqual(
			expect.arrayContaining([
				"Kubelet c-cp-2-kubelet",
				"StaticPodManifest c-cp-2-kube-apiserver",
				"VirtualIP c-cp-1-virtual-ip",
				"Gate c-cp-1-gate",
			]),
		);
		expect(find(all, "Kubelet c-worker-1-kubelet").dependsOn).toEqual(expect.arrayContaining(virtualIPs.map(key)));
	});

	it.each([
		["198.18.7.100", undefined, "198.18.7.100:8443"],
		["fd00::100", 9443, "[fd00::100]:9443"],
		[pulumi.output("198.18.7.100"), undefined, "198.18.7.100:8443"],
	])("has the endpoint that follows from it: address %s, port %s", async (address, port, endpoint) => {
		const all = await cluster({ virtualIP: { address, ...(port ? { port } : {}) } });
		const { cluster: spec } = find(all, "StaticPodManifest c-cp-1-kube-apiserver").inputs;
		expect(spec).toMatchObject({ controlPlaneEndpoint: endpoint, apiServer: { extraArgs: inOrder } });
		expect(spec).not.toHaveProperty("virtualIP");
	});

	it("leaves a delay that the program gives itself", async () => {
		const own = { name: "shutdown-delay-duration", value: "20s" };
		const all = await cluster({ virtualIP: { address: "198.18.7.100" }, apiServer: { extraArgs: [own] } });
		const { inputs } = find(all, "StaticPodManifest c-cp-1-kube-apiserver");
		expect(inputs.cluster.apiServer.extraArgs).toEqual([own, inOrder[1]]);
		expect(inputs.flagsAtNextStart).toEqual(["shutdown-watch-termination-grace-period"]);
	});

	it("gives an API server that runs already the flags with the next other change", async () => {
		const all = await cluster({ virtualIP: { address: "198.18.7.100" } });
		const flags = all.filter(({ type }) => type === "StaticPodManifest").map((each) => each.inputs.flagsAtNextStart);
		expect(flags.filter((names) => names !== undefined)).toEqual([1, 2, 3].map(() => inOrder.map(({ name }) => name)));
		expect(find(all, "StaticPodManifest c-cp-2-kube-apiserver").inputs.flagsAtNextStart).toBeDefined();
	});

	it("is refused beside another way to the API servers, in one error", async () => {
		const both = { virtualIP: { address: "198.18.7.100" }, controlPlaneEndpoint: "lb.example:6443", localProxy: true };
		await expect(cluster(both)).rejects.toThrow(
			"virtualIP: expected one of controlPlaneEndpoint, virtualIP, localProxy, got controlPlaneEndpoint and virtualIP and localProxy",
		);
	});
});

describe("a Cluster with a local proxy", () => {
	it("has it on each node, on a worker before the kubelet, which joins through it as kube-proxy does", async () => {
		const all = await cluster({ localProxy: true });
		const nodes = ["cp-1", "cp-2", "cp-3", "worker-1"];
		expect(all.filter(({ type }) => type === "LocalProxy").map(key)).toEqual(
			nodes.map((node) => `LocalProxy c-${node}-local-proxy`),
		);
		const kubelet = find(all, "Kubelet c-worker-1-kubelet");
		expect(kubelet.dependsOn).toContain("LocalProxy c-worker-1-local-proxy");
		expect(kubelet.inputs.cluster).toMatchObject({
			kubeletServer: "https://127.0.0.1:7443",
			kubeProxyServer: "https://127.0.0.1:7443",
			apiServer: { certSANs: ["127.0.0.1"], extraArgs: inOrder },
		});
		expect(kubelet.inputs.cluster).not.toHaveProperty("controlPlaneEndpoint");
	});

	it("leaves kube-proxy's own address and the names of the certificate that the program gives", async () => {
		const all = await cluster({
			localProxy: { port: 6444 },
			kubeProxyServer: "https://lb.example:6443",
			apiServer: { certSANs: ["lb.example"] },
		});
		expect(find(all, "KubeProxy c-kube-proxy").inputs.cluster).toMatchObject({
			kubeletServer: "https://127.0.0.1:6444",
			kubeProxyServer: "https://lb.example:6443",
			apiServer: { certSANs: ["lb.example", "127.0.0.1"] },
		});
	});
});
