import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { find, sent } from "../support/mocks.ts";

const podNetwork = fileURLToPath(new URL("../../lab/web.yaml", import.meta.url));

/** Runs with mocks in place of the engine. test/soak/examples.test.ts makes the cluster. */
it("makes a control plane without a taint, with a pod network, and waits for it", async () => {
	const all = await sent(() => import("../../examples/single-node/index.ts"), {
		machine: { name: "node-1", connection: { host: "198.18.7.11" } },
		cluster: { kubelet: { maxPods: 200 } },
		podNetwork,
	});
	const { cluster, node } = find(all, "NodeRegistration single-node-1-node").inputs;
	expect(node.nodeRegistration).toEqual({ taints: [] });
	expect(cluster).toMatchObject({ networking: { podSubnet: "10.244.0.0/16" }, kubelet: { maxPods: 200 } });
	expect(find(all, "Addon pod-network").inputs.yaml).toBe(readFileSync(podNetwork, "utf8"));
	expect(find(all, "ClusterReady ready").inputs.nodes).toEqual(["node-1"]);
	expect(find(all, "ClusterReady ready").dependsOn).toContain("Addon pod-network");
});
