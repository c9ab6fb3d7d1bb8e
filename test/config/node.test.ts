import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../provider/config/cluster";
import { type HostFacts, nodeUnknowns, resolveNode } from "../../provider/config/node";
import { SpecError } from "../../provider/config/problems";
import { UNKNOWN } from "../../provider/facts/unknown";

const cluster = resolveCluster({ kubernetesVersion: "1.37.2" });
const facts: HostFacts = {
	hostname: "Host-1",
	defaultRouteAddress: "198.18.0.7",
	cgroupVersion: 2,
	machineId: "0123456789abcdef0123456789abcdef",
	caCertificateDirectories: [],
};

describe("a node", () => {
	it("takes name and address from its host", () => {
		const node = resolveNode(cluster, { facts }, "control-plane");
		expect(node.name).toBe("host-1");
		expect(node.localAPIEndpoint).toEqual({ advertiseAddress: "198.18.0.7", bindPort: 6443 });
		expect(node.apiServer).toEqual(node.localAPIEndpoint);
	});

	it("takes the default route's address where any address is asked for", () => {
		const spec = { localAPIEndpoint: { advertiseAddress: "0.0.0.0", bindPort: 0 }, facts };
		expect(resolveNode(cluster, spec, "control-plane").localAPIEndpoint).toEqual({
			advertiseAddress: "198.18.0.7",
			bindPort: 6443,
		});
	});

	it("needs an address where its host has none on a default route and it is a control plane", () => {
		const lost = { ...facts, defaultRouteAddress: "" };
		expect(() => resolveNode(cluster, { name: "a", facts: lost }, "control-plane")).toThrow(
			'Node "a": localAPIEndpoint.advertiseAddress: expected the address of its API server, since its host has none on the interface of a default route, got nothing',
		);
		const said = { facts: lost, localAPIEndpoint: { advertiseAddress: "fd00::1" } };
		expect(resolveNode(cluster, said, "control-plane").localAPIEndpoint.advertiseAddress).toBe("fd00::1");
		const worker = { facts: lost, apiServer: { advertiseAddress: "fd00::1" } };
		expect(resolveNode(cluster, worker, "worker").apiServer.advertiseAddress).toBe("fd00::1");
	});

	it("is tainted as a control plane unless it says otherwise", () => {
		const taint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };
		const taints = (given?: []) =>
			resolveNode(cluster, { facts, nodeRegistration: { taints: given } }, "control-plane").nodeRegistration.taints;
		expect([taints(), taints([])]).toEqual([[taint], []]);
		const worker = resolveNode(cluster, { facts, apiServer: { advertiseAddress: "198.18.0.1" } }, "worker");
		expect(worker.nodeRegistration.taints).toEqual([]);
	});

	it("is unknown where it depends on a host that was not asked yet", () => {
		const node = resolveNode(cluster, {}, "control-plane");
		expect([node.name, node.localAPIEndpoint.advertiseAddress]).toEqual([UNKNOWN, UNKNOWN]);
		expect(nodeUnknowns({ facts: UNKNOWN as never })).toEqual(["facts"]);
		expect(resolveNode(cluster, { name: "a", facts: UNKNOWN as never }, "control-plane").facts).toBeUndefined();
	});

	it("needs the address of an API server as a worker of a cluster without an endpoint", () => {
		expect(() => resolveNode(cluster, { name: "w", facts }, "worker")).toThrow(
			'Node "w": apiServer.advertiseAddress: expected the address of a control plane node, since the cluster has no controlPlaneEndpoint, got nothing',
		);
		const withEndpoint = resolveCluster({ kubernetesVersion: "1.37.2", controlPlaneEndpoint: "api.example" });
		expect(() => resolveNode(withEndpoint, { name: "w", facts }, "worker")).not.toThrow();
	});

	it("is refused by an address that no other node reaches and by a pull policy that there is not, both at once", () => {
		const spec = {
			localAPIEndpoint: { advertiseAddress: "127.0.0.1" },
			nodeRegistration: { imagePullPolicy: "Sometimes" as never },
			facts,
		};
		expect(() => resolveNode(cluster, spec, "control-plane")).toThrow(SpecError);
		expect(() => resolveNode(cluster, spec, "control-plane")).toThrow(
			/localAPIEndpoint.advertiseAddress[\s\S]*nodeRegistration.imagePullPolicy/,
		);
	});
});
