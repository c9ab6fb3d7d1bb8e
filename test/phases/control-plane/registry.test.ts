import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../../provider/config/cluster";
import { resolveNode } from "../../../provider/config/node";
import { lifecycles } from "../../../provider/lifecycle/lifecycles";
import { components } from "../../../provider/phases/control-plane/registry";
import { cluster, node } from "../../support/cluster";

// What the moments do to a machine is driven on hosts; this says only that all seven have them.
describe("the registry of components", () => {
	it("has the seven of a cluster under their names", () => {
		expect(Object.keys(components).sort()).toEqual(
			[
				"coredns",
				"etcd",
				"kube-apiserver",
				"kube-controller-manager",
				"kube-proxy",
				"kube-scheduler",
				"kubelet",
			].sort(),
		);
		expect(Object.entries(components).filter(([name, component]) => component.name !== name)).toEqual([]);
	});

	it.each(Object.entries(components))("renders, saves, runs and cleans %s", (_name, component) => {
		for (const moment of ["render", "save", "run", "clean"] as const) expect(component[moment]).toBeTypeOf("function");
		const resolved = resolveCluster(cluster);
		const context = {
			cluster: resolved,
			node: resolveNode(resolved, node, "control-plane"),
			initialMembers: [{ name: "cp-1", address: "198.18.0.11" }],
		};
		expect(Object.keys(component.render(context)).length).toBeGreaterThan(0);
		expect(component.render(context)).toEqual(component.render(context));
	});
});

describe("every kind of resource", () => {
	it.each(Object.entries(lifecycles))("%s can be checked, made, changed and removed", (_kind, lifecycle) => {
		for (const step of ["check", "create", "update", "delete"] as const) expect(lifecycle[step]).toBeTypeOf("function");
	});
});
