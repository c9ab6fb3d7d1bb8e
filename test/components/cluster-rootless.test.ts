import * as pulumi from "@pulumi/pulumi";
import { Cluster, type ClusterArgs } from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

const cluster = (featureGates: ClusterArgs["featureGates"]) =>
	sent(
		() =>
			new Cluster("c", {
				kubernetesVersion: "1.37.2",
				featureGates,
				controlPlanes: [{ name: "cp-1", connection: { host: "198.18.7.11" } }],
			}),
	);

describe("a Cluster with a rootless control plane", () => {
	it("has users on each control plane before anything that they own, and their ids among the host's facts", async () => {
		const all = await cluster({ RootlessControlPlane: true });
		const others = (await cluster({ RootlessControlPlane: false })).map(key);
		expect(all.map(key).filter((name) => !others.includes(name))).toEqual(["ComponentUsers c-cp-1-users"]);
		for (const name of [
			"SharedCertificates c-cp-1-shared",
			"Certificate c-cp-1-apiserver",
			"Kubeconfig c-cp-1-scheduler.conf",
		])
			expect(find(all, name).dependsOn).toContain("ComponentUsers c-cp-1-users");
		expect(find(all, "StaticPodManifest c-cp-1-etcd").inputs.node.facts).toEqual({
			...find(all, "Preflight c-cp-1-preflight").inputs.node.facts,
			componentUsers: { users: { "kubeadm-etcd": 101 }, groups: { "kubeadm-etcd": 102 } },
		});
	});

	it("is refused when another resource says whether it is", async () => {
		await expect(cluster({ RootlessControlPlane: pulumi.output(true) })).rejects.toThrow(
			"featureGates.RootlessControlPlane: expected a value that the program gives itself, got an Output",
		);
	});
});
