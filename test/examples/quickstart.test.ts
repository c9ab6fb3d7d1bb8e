import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

const web = fileURLToPath(new URL("../../lab/web.yaml", import.meta.url));

/** Runs with mocks in place of the engine. Tests on real hosts, and the quickstart itself, create clusters. */
it("makes a cluster of the configured machines, with addons, and waits for it", async () => {
	const all = await sent(() => import("../../examples/quickstart/index.ts"), {
		ssh: { user: "admin", privateKeyFile: "~/.ssh/id_ed25519" },
		cluster: { networking: { podSubnet: "198.19.0.0/20" } },
		controlPlanes: [{ name: "cp-1", address: "198.18.7.11" }],
		workers: [{ name: "worker-1", address: "198.18.7.12", labels: { disk: "fast" } }],
		addons: { web },
	});
	const own = all.filter(({ parent }) => !parent).map(key);
	expect(own).toEqual(["Addon web", "Cluster quickstart", "ClusterReady ready"]);
	expect(find(all, "Host quickstart-worker-1").inputs).toEqual({
		connection: { host: "198.18.7.12", user: "admin", privateKeyFile: "~/.ssh/id_ed25519" },
	});
	expect(find(all, "StaticPodManifest quickstart-cp-1-kube-apiserver").inputs.cluster).toEqual({
		kubernetesVersion: "1.37.2",
		networking: { podSubnet: "198.19.0.0/20" },
	});
	expect(find(all, "NodeRegistration quickstart-worker-1-node").inputs.node).toMatchObject({
		name: "worker-1",
		labels: { disk: "fast" },
	});
	expect(find(all, "Addon web").inputs.yaml).toBe(readFileSync(web, "utf8"));
	expect(find(all, "ClusterReady ready").inputs).toMatchObject({
		nodes: ["cp-1", "worker-1"],
		workloads: ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"],
	});
	expect(find(all, "ClusterReady ready").dependsOn).toContain("Addon web");
});
