import * as pulumi from "@pulumi/pulumi";
import { Cluster, type ClusterArgs } from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { key, sent } from "../support/mocks.ts";

const args = {
	kubernetesVersion: "1.37.2",
	controlPlanes: [{ name: "cp-1", connection: { host: "198.18.7.11" } }],
};
const external = { endpoints: ["https://198.18.7.31:2379"], caFile: "/etc/etcd/ca.crt" };
const cluster = (etcd: ClusterArgs["etcd"]) => sent(() => new Cluster("c", { ...args, etcd }));

describe("a Cluster with an external etcd", () => {
	it("has all resources except etcd's static pod, CA and certificates", async () => {
		const all = (await cluster(undefined)).map(key);
		const without = (await cluster({ external })).map(key);
		expect(all.filter((name) => !without.includes(name))).toEqual([
			"Certificate c-cp-1-apiserver-etcd-client",
			"Certificate c-cp-1-etcd-healthcheck-client",
			"Certificate c-cp-1-etcd-peer",
			"Certificate c-cp-1-etcd-server",
			"CertificateAuthority c-etcd-ca",
			"EtcdData c-cp-1-etcd-data",
			"StaticPodManifest c-cp-1-etcd",
		]);
		expect(without.filter((name) => !all.includes(name))).toEqual([]);
	});

	it("takes values of other resources for its fields", async () => {
		const endpoints = pulumi.output(["https://198.18.7.31:2379"]);
		expect((await cluster({ external: { endpoints } })).map(key)).not.toContain("StaticPodManifest c-cp-1-etcd");
	});

	it.each([
		["etcd", pulumi.output({ external })],
		["etcd.external", { external: pulumi.output(external) }],
	])("is refused when another resource says whether there is one: %s", async (path, etcd) => {
		await expect(cluster(etcd)).rejects.toThrow(
			`${path}: expected a value that the program gives itself, got an Output`,
		);
	});
});
