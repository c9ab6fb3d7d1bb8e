import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { find, sent } from "../support/mocks.ts";

/** Runs with mocks in place of the engine. test/soak/examples.test.ts makes the cluster. */
it("gives each control plane the virtual IP with the configured images, and names the worker that changes first", async () => {
	const all = await sent(() => import("../../examples/ha-virtual-ip/index.ts"), {
		ssh: { user: "admin", privateKeyFile: "~/.ssh/id_ed25519" },
		controlPlanes: ["cp-1", "cp-2", "cp-3"].map((name, index) => ({ name, host: `198.18.7.1${index}` })),
		workers: ["worker-1", "worker-2"].map((name, index) => ({ name, host: `198.18.7.2${index}` })),
		virtualIP: { address: "198.18.7.100", images: { haproxy: "haproxy:1", keepalived: "keepalived:1" } },
		podNetwork: fileURLToPath(new URL("../../lab/web.yaml", import.meta.url)),
	});
	for (const name of ["cp-1", "cp-2", "cp-3"]) {
		const { virtualIP, apiServers } = find(all, `VirtualIP ha-${name}-virtual-ip`).inputs;
		expect(virtualIP).toEqual({
			address: "198.18.7.100",
			images: { haproxy: "haproxy:1", keepalived: "keepalived:1" },
		});
		expect(apiServers.map((server: { name: string }) => server.name)).toEqual(["cp-1", "cp-2", "cp-3"]);
	}
	expect(find(all, "Kubelet ha-worker-2-kubelet").inputs).not.toHaveProperty("rollsAfter");
	expect(find(all, "Kubelet ha-worker-1-kubelet").inputs.rollsAfter).toEqual(["worker-2"]);
	expect(find(all, "Host ha-worker-2").inputs.connection).toEqual({
		host: "198.18.7.21",
		user: "admin",
		privateKeyFile: "~/.ssh/id_ed25519",
	});
});
