import { beforeEach, describe, expect, it, vi } from "vitest";
import { coreDns } from "../../provider/lifecycle/core-dns";
import { cluster, node, host as reference } from "../support/cluster";
import { printed, server, useControlPlane } from "../support/control-plane";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

// Objects in an API server of the test: that the pods come up sooner by it is measured on hosts.
describe("CoreDNS", () => {
	const inputs = coreDns.check({ controlPlanes: [reference], cluster, node }, undefined);

	useControlPlane();
	beforeEach(() => {
		server.fault = ({ path }) =>
			path.startsWith("/apis/apps/v1") ? undefined : { status: 400, message: "an object of CoreDNS" };
	});

	const kubeProxy = (numberAvailable: number) =>
		server.put("/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy", {
			apiVersion: "apps/v1",
			kind: "DaemonSet",
			metadata: { name: "kube-proxy", namespace: "kube-system" },
			status: { numberAvailable, updatedNumberScheduled: 1, desiredNumberScheduled: 1 },
		});

	it("is placed when kube-proxy serves on a node", async () => {
		kubeProxy(0);
		const placed = coreDns.create(inputs).catch((error: Error) => error.message);
		await vi.waitFor(
			() => expect(printed.join("\n")).toMatch(/kube-proxy, before CoreDNS: .*not ready on any node yet/),
			{ timeout: 15_000 },
		);
		expect(server.changes()).toEqual([]);
		kubeProxy(1);
		expect(await placed).toMatch(/an object of CoreDNS/);
	});

	it("is placed at once where there is no kube-proxy", async () => {
		await expect(coreDns.create(inputs)).rejects.toThrow(/an object of CoreDNS/);
	});
});
