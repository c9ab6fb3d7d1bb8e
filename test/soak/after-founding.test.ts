import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/index.ts";
import { clusterOn, nodesOn } from "../clusters/support/cluster.ts";
import { voters } from "../clusters/support/etcd.ts";
import { kubectl, readyNodes } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** The state of a founding does not know the order of a removal yet: all control planes started together. */
describe("a cluster of three control planes that was made a moment ago", () => {
	let lab: Lab;
	let stack: TestStack;
	const bare = new Map<string, string[]>();
	const all = ["cp-1", "cp-2", "cp-3"];
	const host = (name: string) => lab.host(name);
	const program = (names: string[]) =>
		clusterOn(lab, {
			controlPlaneEndpoint: `${host("cp-2").address}:6443`,
			controlPlanes: nodesOn(lab, names),
			workers: nodesOn(lab, ["worker-1"]),
		});

	beforeAll(async () => {
		lab = await startLab({ hosts: [...all, "worker-1"].map((name) => ({ name })) });
		for (const each of lab.hosts) bare.set(each.name, await listing(each));
		stack = await testStack("cluster");
		await stack.configure(program(all));
		await stack.up();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("loses two of them, the founder too, in one up", async () => {
		await stack.configure(program(["cp-2"]));
		await stack.up();
		expect(await voters(host("cp-2"))).toEqual(["cp-2"]);
		expect(await readyNodes(host("cp-2"))).toEqual(["cp-2", "worker-1"]);
		expect(await kubectl(host("cp-2"), "get --raw /readyz")).toBe("ok");
		for (const name of ["cp-1", "cp-3"]) expect(differences(bare.get(name)!, await listing(host(name)))).toEqual([]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("gets them back", async () => {
		await stack.configure(program(all));
		await stack.up();
		expect(await voters(host("cp-2"))).toEqual(all);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("leaves the hosts as they were", async () => {
		await stack.destroy();
		for (const each of lab.hosts) expect(differences(bare.get(each.name)!, await listing(each))).toEqual([]);
	});
});
