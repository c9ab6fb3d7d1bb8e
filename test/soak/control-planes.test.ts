import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/index.ts";
import { clusterOn, nodesOn } from "../clusters/support/cluster.ts";
import { voters } from "../clusters/support/etcd.ts";
import { kubectl, readyNodes } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

const scheduler = { extraArgs: [{ name: "v", value: "3" }] };

/** The life of a cluster of three control planes with stacked etcd, and a worker. */
describe("a cluster of three control planes and one worker", () => {
	let lab: Lab;
	let stack: TestStack;
	const bare = new Map<string, string[]>();
	const host = (name: string) => lab.hosts.find((each) => each.name === name)!;
	const program = (names: string[], overrides: object = {}) =>
		clusterOn(lab, {
			// The API server of a control plane that stays.
			controlPlaneEndpoint: `${host("cp-2").address}:6443`,
			...overrides,
			controlPlanes: nodesOn(lab, names),
			workers: nodesOn(lab, ["worker-1"]),
		});
	const all = ["cp-1", "cp-2", "cp-3"];

	beforeAll(async () => {
		lab = await startLab({ hosts: [...all, "worker-1"].map((name) => ({ name })) });
		for (const each of lab.hosts) bare.set(each.name, await listing(each));
		stack = await testStack("cluster");
		await stack.configure(program(all));
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("is made by one up: every etcd member votes, and every API server is ready", async () => {
		await stack.up();
		expect(await voters(host("cp-1"))).toEqual(all);
		for (const name of all) expect(await kubectl(host(name), "get --raw /readyz")).toBe("ok");
		expect(await readyNodes(host("cp-2"))).toEqual([...all, "worker-1"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("changes a flag on one control plane after the other", async () => {
		await stack.configure(program(all, { scheduler }));
		const { text } = await stack.up();
		const changed = [...text.matchAll(/~ .*StaticPodManifest test-(cp-\d)-kube-scheduler (updating|updated) /g)];
		expect(changed.map(([, node, what]) => `${node} ${what}`)).toEqual(
			all.flatMap((node) => [`${node} updating`, `${node} updated`]),
		);
	});

	it("lets the founder go, and takes it back as a member that joins", async () => {
		await stack.configure(program(["cp-2", "cp-3"], { scheduler }));
		await stack.up();
		expect(await voters(host("cp-2"))).toEqual(["cp-2", "cp-3"]);
		expect(await readyNodes(host("cp-2"))).toEqual(["cp-2", "cp-3", "worker-1"]);
		expect(differences(bare.get("cp-1")!, await listing(host("cp-1")))).toEqual([]);
		await stack.configure(program(all, { scheduler }));
		await stack.up();
		expect(await voters(host("cp-2"))).toEqual(all);
		expect(await kubectl(host("cp-1"), "get --raw /readyz")).toBe("ok");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("leaves the hosts as they were", async () => {
		await stack.destroy();
		for (const each of lab.hosts) expect(differences(bare.get(each.name)!, await listing(each))).toEqual([]);
	});
});
