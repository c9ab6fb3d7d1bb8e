import * as pulumi from "@pulumi/pulumi";
import {
	Addon,
	BootstrapToken,
	ClusterIdentity,
	ClusterReady,
	CoreDns,
	Gate,
	Host,
	Kubelet,
	NodeRegistration,
	StaticPodManifest,
} from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { find, sent } from "../support/mocks.ts";

/** Run under mocks: what is sent to the engine. No API is asked. */
const connection = { host: "198.18.7.11" };
const controlPlanes = [{ connection, hostKey: "ssh-ed25519 AAAAmock" }];

describe("a resource of the API", () => {
	it("is reached through the control planes, and waits for what the way to the API depends on", async () => {
		const all = await sent(() => {
			const host = new Host("cp-1", { connection });
			const first = new Addon("first", { api: { controlPlanes: [host] }, yaml: "a: 1" });
			const api = { controlPlanes: [host], dependsOn: [first] };
			new Addon("addon", { api, yaml: "b: 2" });
			new NodeRegistration("node", {
				api,
				cluster: { kubernetesVersion: "1.37.2" },
				node: { name: "cp-1" },
				role: "control-plane",
			});
		});
		expect(find(all, "Addon addon")).toMatchObject({
			inputs: { controlPlanes, yaml: "b: 2" },
			secrets: [],
			dependsOn: ["Addon first", "Host cp-1"],
		});
		expect(find(all, "NodeRegistration node")).toMatchObject({
			inputs: { controlPlanes, node: { name: "cp-1" }, role: "control-plane" },
			dependsOn: ["Addon first", "Host cp-1"],
		});
	});

	it("keeps what its own options say beside that", async () => {
		const all = await sent(() => {
			const host = new Host("cp-1", { connection });
			const network = new Addon("network", { api: { controlPlanes: [host] }, yaml: "a: 1" });
			const access = new Addon("access", { api: { controlPlanes: [host] }, yaml: "b: 2" });
			const api = { controlPlanes: [host], dependsOn: [access] };
			new ClusterReady("ready", { api, nodes: ["cp-1"], timeoutSeconds: 60 }, { dependsOn: network });
		});
		expect(find(all, "ClusterReady ready")).toMatchObject({
			inputs: { controlPlanes, nodes: ["cp-1"], timeoutSeconds: 60 },
			dependsOn: ["Addon access", "Addon network", "Host cp-1"],
		});
	});
});

describe("what is rendered from a secret", () => {
	it("is a secret, also under another name than the argument's; the engine copies secrets by name", async () => {
		const all = await sent(() => {
			const host = new Host("cp-1", { connection });
			const api = { controlPlanes: [host] };
			const cluster = { kubernetesVersion: "1.37.2", proxyEnvs: [{ name: "HTTP_PROXY", value: pulumi.secret("a") }] };
			const node = { name: "cp-1" };
			new Addon("addon", { api, yaml: pulumi.secret("a: 1") });
			new CoreDns("coredns", { api, cluster, node });
			new CoreDns("plain", { api, cluster: { kubernetesVersion: "1.37.2" }, node });
			const identity = new ClusterIdentity("lab", { cluster, members: [] });
			new StaticPodManifest("etcd", { host, component: "etcd", cluster, node, identity });
			new Kubelet("kubelet", { host, cluster, node, role: "worker", authority: { certificate: "a" } });
		});
		expect(find(all, "Addon addon").secrets).toEqual(["objects", "yaml"]);
		expect(find(all, "CoreDns coredns").secrets).toContain("objects");
		expect(find(all, "CoreDns plain").secrets).toEqual([]);
		expect(find(all, "StaticPodManifest etcd").secrets).toContain("manifest");
		// A refresh that sees another manifest keeps the placed one as an output.
		expect(find(all, "StaticPodManifest etcd").secretOutputs).toEqual(["placedManifest"]);
		expect(find(all, "Kubelet kubelet").secrets).toEqual(
			expect.arrayContaining(["configuration", "flags", "instanceConfiguration"]),
		);
	});
});

it("what is rendered from no secret is not sent, as it would repeat the dependencies of the arguments", async () => {
	const all = await sent(() => {
		const host = new Host("worker-1", { connection });
		const node = { name: "worker-1", facts: host.facts };
		const cluster = { kubernetesVersion: "1.37.2" };
		new Kubelet("kubelet", { host, cluster, node, role: "worker", authority: { certificate: "a" } });
	});
	const { inputs } = find(all, "Kubelet kubelet");
	expect(Object.keys(inputs).toSorted()).toEqual(["authority", "cluster", "host", "node", "role"]);
});

it("a StaticPodManifest and a Gate get the etcd members that the cluster's identity keeps", async () => {
	const all = await sent(() => {
		const host = new Host("cp-1", { connection });
		const cluster = { kubernetesVersion: "1.37.2" };
		const node = { name: "cp-1" };
		const identity = new ClusterIdentity("lab", { cluster, members: [{ name: "cp-9", address: "198.18.7.9" }] });
		new StaticPodManifest("etcd", { host, component: "etcd", cluster, node, identity });
		new Gate("gate", { host, cluster, node, identity, credentials: {} });
	});
	const initialMembers = [{ name: "cp-1", address: "198.18.7.10" }];
	expect(find(all, "StaticPodManifest etcd").inputs).toMatchObject({ initialMembers });
	expect(find(all, "Gate gate").inputs).toMatchObject({ initialMembers });
});

describe("BootstrapToken", () => {
	it("puts its token out as a secret", async () => {
		const all = await sent(() => {
			const api = { controlPlanes: [new Host("cp-1", { connection })] };
			new BootstrapToken("token", { api, ttl: "2h", description: "for one node" });
		});
		expect(find(all, "BootstrapToken token")).toMatchObject({
			inputs: { controlPlanes, ttl: "2h", description: "for one node" },
			secretOutputs: ["token"],
		});
	});
});
