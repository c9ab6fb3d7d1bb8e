import * as pulumi from "@pulumi/pulumi";
import { Cluster, EtcdCluster, type EtcdClusterArgs } from "pulumi-kubeadm";
import { describe, expect, it, vi } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

const machine = (name: string, host: string) => ({ name, connection: { host } });
const members = [machine("etcd-1", "198.18.7.21"), machine("etcd-2", "198.18.7.22"), machine("etcd-3", "198.18.7.23")];
const args: EtcdClusterArgs = { kubernetesVersion: "1.37.2", members };
const made = (more: object = {}, options = {}) => sent(() => new EtcdCluster("e", { ...args, ...more }), {}, options);
const refusal = (more: object) =>
	sent(() => new EtcdCluster("e", { ...args, ...more })).then(
		() => "",
		({ message }: Error) => message,
	);

describe("an EtcdCluster", () => {
	it("has the same parts on each host, and an identity, a CA and last gates", async () => {
		const parts = [
			"Certificate e-N-etcd-healthcheck-client",
			"Certificate e-N-etcd-peer",
			"Certificate e-N-etcd-server",
			"EtcdData e-N-etcd-data",
			"EtcdNode e-N",
			"Gate e-N-gate",
			"Gate e-N-serves",
			"Host e-N",
			"HostFile e-N-ca",
			"Preflight e-N-preflight",
			"StandaloneKubelet e-N-kubelet",
			"StaticPodManifest e-N-etcd",
		];
		const each = members.flatMap(({ name }) => parts.map((part) => part.replace("e-N", `e-${name}`)));
		expect((await made()).map(key).sort()).toEqual(
			["CertificateAuthority e-ca", "ClusterIdentity e", "EtcdCluster e", ...each].sort(),
		);
	});

	it("changes what restarts etcd on one host after the gate of the other, and places certificates beside it", async () => {
		const all = await made();
		const waitsForFirst = all.filter(
			({ name, dependsOn }) => name.startsWith("e-etcd-2-") && dependsOn.includes("Gate e-etcd-1-gate"),
		);
		expect(waitsForFirst.map(key)).toEqual([
			"EtcdData e-etcd-2-etcd-data",
			"Gate e-etcd-2-serves",
			"StaticPodManifest e-etcd-2-etcd",
		]);
		expect(find(all, "Certificate e-etcd-2-etcd-server").dependsOn).toContain("Preflight e-etcd-2-preflight");
		expect(find(all, "Gate e-etcd-1-serves").dependsOn).toEqual(
			expect.arrayContaining(members.map(({ name }) => `Gate e-${name}-gate`)),
		);
	});

	it("is rendered from kubeadm's fields, and asks etcd alone", async () => {
		const all = await made({ imageRepository: "registry.example", etcd: { dataDir: "/data/etcd" } });
		expect(find(all, "StaticPodManifest e-etcd-1-etcd").inputs).toMatchObject({
			component: "etcd",
			cluster: { imageRepository: "registry.example", etcd: { local: { dataDir: "/data/etcd" } } },
			node: { name: "etcd-1", localAPIEndpoint: { advertiseAddress: "198.18.7.10" } },
		});
		expect(find(all, "Preflight e-etcd-1-preflight").inputs["etcdOnly"]).toBe(true);
		expect(find(all, "Gate e-etcd-1-gate").inputs["components"]).toEqual(["etcd"]);
	});

	it("has an address of a member as the program says it", async () => {
		const all = await made({ members: [{ ...members[0], address: "198.18.9.1" }] });
		expect(find(all, "ClusterIdentity e").inputs["members"]).toEqual([{ name: "etcd-1", address: "198.18.9.1" }]);
		expect(all.map(key)).not.toContain("Gate e-etcd-1-serves");
		expect(find(all, "EtcdData e-etcd-1-etcd-data").inputs).not.toHaveProperty("members");
	});

	it("leaves out a member that is gone, and says so to the deletes", async () => {
		const all = await made({ members: [...members.slice(0, 2), { ...members[2], gone: true }] });
		expect(all.filter(({ name }) => name.startsWith("e-etcd-3"))).toEqual([]);
		expect(find(all, "ClusterIdentity e").inputs["goneNodes"]).toEqual([{ name: "etcd-3", host: "198.18.7.23" }]);
	});

	it("keeps no key of a member in what it sends, and the CA's as a secret", async () => {
		const all = await made();
		const keys = all.flatMap(({ type, secrets }) => secrets.map((path) => `${type} ${path}`));
		expect([...new Set(keys)]).toEqual(["Certificate authority.privateKey"]);
	});

	it("warns of an even number of members and of flags that etcd does not know, unless these are ignored", async () => {
		const warn = vi.spyOn(pulumi.log, "warn").mockImplementation(async () => {});
		const warned = async (more: object) => {
			warn.mockClear();
			await made(more);
			return warn.mock.calls.map(([line]) => String(line));
		};
		const two = { members: members.slice(0, 2) };
		expect(await warned(two)).toEqual([
			'members: 2 of them: etcd goes on as long as 2 run, so either failure stops the cluster; use 1 or 3 (to ignore it: ignoreWarnings: ["EvenMembers"])',
		]);
		expect(await warned({})).toEqual([]);
		expect(await warned({ ...two, ignoreWarnings: ["evenmembers"] })).toEqual([]);
		const flags = { etcd: { extraArgs: [{ name: "no-such-flag", value: "1" }] } };
		const [line, ...more] = await warned(flags);
		expect(line).toMatch(/^etcd\.extraArgs\[0\]\.name: .*\(to ignore it: ignoreWarnings: \["UnknownFlag"\]\)$/);
		expect(more).toEqual([]);
		expect(await warned({ ...flags, ignoreWarnings: ["all"] })).toEqual([]);
		warn.mockRestore();
	});

	it.each<[string, object, string]>([
		["no members", { members: [] }, "members: expected one machine, got none"],
		["an unknown field", { controlPlanes: [] }, "controlPlanes: unknown field"],
		[
			"a name twice",
			{ members: [members[0], { ...members[1], name: "ETCD-1" }] },
			'members[1].name: expected each node\'s name once, got "ETCD-1" again, as in members[0]',
		],
		[
			"a machine twice",
			{ members: [members[0], { ...members[0], name: "etcd-2" }] },
			"members[1].connection.host: expected each node on a machine of its own, got 198.18.7.21:22 again, as in members[0]",
		],
		["a wrong address", { members: [{ ...members[0], address: "etcd-1" }] }, "members[0].address: expected"],
		["a relative data directory", { etcd: { dataDir: "etcd" } }, "etcd.dataDir: expected an absolute path"],
		["a flag without a name", { etcd: { extraArgs: [{ name: "", value: "1" }] } }, "etcd.extraArgs[0].name: expected"],
		[
			"a CA without its key",
			{ authority: { certificate: "x" } },
			"authority.privateKey: expected a string, got nothing",
		],
		[
			"a warning that does not exist",
			{ ignoreWarnings: ["EvenMember"] },
			"ignoreWarnings[0]: expected one of all, EvenMembers, FlagWithDashes, UnknownFlag",
		],
		["a field of a node", { members: [{ ...members[0], skipPhases: [] }] }, "members[0].skipPhases: unknown field"],
	])("is refused with %s", async (_what, wrong, message) => {
		expect(await refusal(wrong)).toContain(message);
	});
});

describe("a Cluster with an EtcdCluster", () => {
	const cluster = (more: object = {}) =>
		sent(() => {
			const external = new EtcdCluster("e", args);
			const controlPlanes = [machine("cp-1", "198.18.7.11")];
			return new Cluster("c", { kubernetesVersion: "1.37.2", controlPlanes, etcd: { external }, ...more });
		});

	it("names its members and kubeadm's paths, and gets the client's files once the host has passed its checks", async () => {
		const all = await cluster();
		const url = "https://198.18.7.10:2379";
		expect(find(all, "StaticPodManifest c-cp-1-kube-apiserver").inputs["cluster"].etcd).toEqual({
			external: {
				endpoints: [url, url, url],
				caFile: "/etc/kubernetes/pki/etcd/ca.crt",
				certFile: "/etc/kubernetes/pki/apiserver-etcd-client.crt",
				keyFile: "/etc/kubernetes/pki/apiserver-etcd-client.key",
			},
		});
		expect(find(all, "HostFile c-cp-1-etcd-ca")).toMatchObject({
			inputs: { path: "/etc/kubernetes/pki/etcd/ca.crt", content: "mock certificate" },
			dependsOn: expect.arrayContaining(["Preflight c-cp-1-preflight"]),
		});
		const client = find(all, "Certificate c-cp-1-apiserver-etcd-client");
		expect(client.dependsOn).toContain("Preflight c-cp-1-preflight");
		expect(client.inputs["cluster"]).not.toHaveProperty("etcd");
		expect(client.secrets).toEqual(["authority.privateKey"]);
		expect(find(all, "Preflight c-cp-1-preflight").inputs["placesEtcdClient"]).toBe(true);
		expect(all.map(key)).not.toContain("StaticPodManifest c-cp-1-etcd");
	});

	it("starts its control planes once all members are healthy", async () => {
		const all = await cluster();
		const gates = members.map(({ name }) => `Gate e-${name}-serves`);
		for (const waiting of ["Kubelet c-cp-1-kubelet", "StaticPodManifest c-cp-1-kube-apiserver"])
			expect(find(all, waiting).dependsOn).toEqual(expect.arrayContaining(gates));
		expect(find(all, "Preflight c-cp-1-preflight").dependsOn.filter((name) => name.startsWith("Gate"))).toEqual([]);
	});

	it("has the files in its own folder of certificates", async () => {
		const all = await cluster({ certificatesDir: "/etc/pki/k8s" });
		expect(find(all, "HostFile c-cp-1-etcd-ca").inputs["path"]).toBe("/etc/pki/k8s/etcd/ca.crt");
		expect(find(all, "StaticPodManifest c-cp-1-kube-apiserver").inputs["cluster"].etcd.external.keyFile).toBe(
			"/etc/pki/k8s/apiserver-etcd-client.key",
		);
	});
});
