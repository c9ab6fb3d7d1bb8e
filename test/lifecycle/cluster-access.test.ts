import { describe, expect, it, vi } from "vitest";
import { clusterAccess } from "../../provider/lifecycle/cluster-access";
import { cluster, node, host as reference } from "../support/cluster";
import { printed, useControlPlane } from "../support/control-plane";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

// The rights of admin.conf, which these objects give, are seen on hosts.
describe("ClusterAccess", () => {
	const controlPlanes = [reference];
	// Its objects are another test's subject.
	const inputs = {
		...clusterAccess.check({ controlPlanes, cluster, node, certificate: "a CA" }, undefined),
		objects: [],
	};
	const nextStep = [
		"cluster: the API serves, and a node becomes Ready once a pod network runs; next:",
		'  ssh root@198.18.0.11:22 "kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes"',
	].join("\n");

	useControlPlane();

	it("says the next step once, when the API serves", async () => {
		const { id, outputs } = await clusterAccess.create(inputs);
		expect(printed).toEqual([nextStep]);
		await clusterAccess.update(id, { ...inputs, ...outputs }, inputs);
		expect(printed).toEqual([nextStep]);
	});
});
