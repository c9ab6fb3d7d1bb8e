import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab, until } from "../../lab/index.ts";
import { clusterOn, nodesOn } from "../clusters/support/cluster.ts";
import { voters } from "../clusters/support/etcd.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { SET_UP_ANEW } from "./support/set-up-anew.ts";

/** A cluster of three control planes, one of which loses its disk, and another one its machine. */
describe("an etcd member with a damaged disk", () => {
	let lab: Lab;
	let stack: TestStack;
	const host = (name: string) => lab.hosts.find((each) => each.name === name)!;
	const program = (names: string[], gone?: string) =>
		clusterOn(lab, {
			// The API server of a control plane that stays.
			controlPlaneEndpoint: `${host("cp-2").address}:6443`,
			controlPlanes: nodesOn(lab, names).map((node) => ({ ...node, ...(node.name === gone ? { gone: true } : {}) })),
			workers: [],
		});
	const all = ["cp-1", "cp-2", "cp-3"];

	beforeAll(async () => {
		lab = await startLab({ hosts: all.map((name) => ({ name })) });
		stack = await testStack("cluster");
		await stack.configure(program(all));
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it.each([
		["is lost", "rm -r /var/lib/etcd/member"],
		[
			"is broken",
			"for f in /var/lib/etcd/member/wal/*.wal; do dd if=/dev/urandom of=$f bs=1k count=4 seek=2 conv=notrunc; done",
		],
	])("lets it join anew where its data %s, and keeps what was written", async (_is, damage) => {
		await stack.up();
		await kubectl(host("cp-1"), "delete configmap kept --ignore-not-found");
		await kubectl(host("cp-1"), "create configmap kept --from-literal=a=b");
		await host("cp-3").exec(`${damage}; kill -9 $(pidof etcd)`, { check: true });
		await until("the preview sees it", 120, async (seen) => {
			const { changes } = await stack.preview({ refresh: true });
			seen(changes.join("; "));
			return changes.includes("update EtcdData test-cp-3-etcd-data") || undefined;
		});
		await stack.up({ refresh: true });
		expect(await voters(host("cp-1"))).toEqual(all);
		expect(await kubectl(host("cp-3"), "get configmap kept -o jsonpath={.data.a}")).toBe("b");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("makes a machine that was set up anew the same control plane again, once its key and its machine-id are confirmed", async () => {
		const [known, old] = [await readFile(lab.knownHostsFile, "utf8"), host("cp-2").hostKey];
		const { stdout } = await host("cp-2").exec(SET_UP_ANEW, { check: true });
		expect((await stack.preview({ refresh: true })).text).toMatch(/host key/);
		await writeFile(lab.knownHostsFile, known.replaceAll(old, stdout.trim().split(" ").slice(0, 2).join(" ")));
		const again = `PULUMI_KUBEADM_NEW_MACHINES=${host("cp-2").address} pulumi up --refresh`;
		await expect(stack.up({ refresh: true })).rejects.toThrow(again);
		await stack.up({ refresh: true, env: { PULUMI_KUBEADM_NEW_MACHINES: host("cp-2").address } });
		expect(await voters(host("cp-1"))).toEqual(all);
		expect(await kubectl(host("cp-2"), "get configmap kept -o jsonpath={.data.a}")).toBe("b");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("keeps the others together: a control plane stays where the rest would have no quorum, and says what to do first", async () => {
		await stack.configure(program(all));
		await stack.up();
		await host("cp-3").kill();
		await stack.configure(program(["cp-1", "cp-3"]));
		const reason =
			/cp-2: its etcd member stays, because the other members would have no quorum without it .*`gone: true`/;
		await expect(stack.up()).rejects.toThrow(reason);
		expect(await voters(host("cp-1"))).toEqual(all);
		expect(await kubectl(host("cp-2"), "get nodes cp-2 -o jsonpath={.spec}")).not.toContain("unschedulable");
		await host("cp-3").start();
		await stack.configure(program(all));
		await stack.up();
		expect(await voters(host("cp-1"))).toEqual(all);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("lets a machine go that is switched off for good, through the others", async () => {
		await host("cp-1").kill();
		await stack.configure(program(all, "cp-1"));
		await stack.up();
		expect(await voters(host("cp-2"))).toEqual(["cp-2", "cp-3"]);
		expect(await kubectl(host("cp-2"), "get nodes -o name")).toBe("node/cp-2\nnode/cp-3");
	});
});
