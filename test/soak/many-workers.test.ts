import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { readyNodes } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

const workers = Array.from({ length: 10 }, (_, index) => `worker-${index + 1}`);

describe("ten workers", () => {
	let lab: Lab;
	let stack: TestStack;
	const bare = new Map<string, string[]>();

	beforeAll(async () => {
		lab = await startLab({ hosts: ["cp-1", ...workers].map((name) => ({ name })) });
		for (const each of lab.hosts) bare.set(each.name, await listing(each));
		stack = await testStack("cluster");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("join a new cluster at once", async () => {
		await stack.configure(clusterOn(lab));
		const { ends, duration } = await stack.up();
		const joined = ends.filter(({ type, name }) => type === "NodeRegistration" && name.includes("worker"));
		const at = joined.map((end) => Math.round(end.at)).sort((one, other) => one - other);
		console.log(`ten workers registered after ${at.join(", ")} s; all Ready after ${Math.round(duration)} s`);
		expect(await readyNodes(lab.hosts[0]!)).toEqual(["cp-1", ...workers].sort());
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("leave together, and their hosts are as they were", async () => {
		await stack.configure(clusterOn(lab, { workers: [] }));
		await stack.up();
		expect(await readyNodes(lab.hosts[0]!)).toEqual(["cp-1"]);
		for (const each of lab.hosts.slice(1)) expect(differences(bare.get(each.name)!, await listing(each))).toEqual([]);
	});
});
