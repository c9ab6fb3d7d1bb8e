import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/index.ts";
import type { OwnProgram } from "../clusters/programs/own-program/index.ts";
import type { MachineArgs } from "../clusters/programs/own-program/machine.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { voters } from "../clusters/support/etcd.ts";
import { heldPod } from "../clusters/support/held-pod.ts";
import { kubectl, readyNodes } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { startClient } from "./support/api-client.ts";
import { SET_UP_ANEW } from "./support/set-up-anew.ts";

/** Machines that the program replaces in the same `up` as their nodes: three control planes, of which two change, and a worker. */
describe("a cluster whose machines are replaced", () => {
	let lab: Lab;
	let stack: TestStack;
	const bare = new Map<string, string[]>();
	const host = (name: string) => lab.hosts.find((each) => each.name === name)!;
	const will = (name: string, image?: string) => {
		const { address } = host(name);
		return { address, privateKeyFile: lab.sshKeyFile, ...(image ? { image } : {}) };
	};
	/** @param nodes names of the nodes, with what their machines are */
	const program = (controlPlanes: Record<string, MachineArgs>, workers: Record<string, MachineArgs>): OwnProgram => {
		const nodesOf = (machines: Record<string, MachineArgs>) =>
			Object.keys(machines).map((name) => ({ name, machine: resourceOf(name), drainTimeoutSeconds: 60 }));
		const machines = Object.entries({ ...controlPlanes, ...workers }).map(([name, args]) => [resourceOf(name), args]);
		return {
			machines: Object.fromEntries(machines),
			cluster: {
				...clusterOn(lab).cluster,
				// The API server of a control plane that stays.
				controlPlaneEndpoint: `${host("cp-1").address}:6443`,
				controlPlanes: nodesOf(controlPlanes),
				workers: nodesOf(workers),
			},
		};
	};
	/** A machine keeps the name of its resource where the node gets another name: `cp-2b` is on the machine `vm-cp-2`. */
	const resourceOf = (node: string) => `vm-${node.replace(/b$/, "")}`;
	const on = (name: string): MachineArgs => ({ will: will(name), guarded: true });
	/** The second worker's machine, whose disk goes with it. */
	const rebuilt = (image?: string): MachineArgs => ({ will: will("worker-1b", image), destroyedBy: SET_UP_ANEW });
	const before = () => ({ "cp-1": on("cp-1"), "cp-2": on("cp-2"), "cp-3": on("cp-3") });
	let after: Record<string, MachineArgs>;

	beforeAll(async () => {
		const names = ["cp-1", "cp-2", "cp-3", "cp-2b", "cp-3b", "worker-1", "worker-1b"];
		lab = await startLab({ hosts: names.map((name) => ({ name })) });
		for (const each of lab.hosts) bare.set(each.name, await listing(each));
		stack = await testStack("own-program");
		after = { "cp-1": on("cp-1"), "cp-2b": on("cp-2b"), "cp-3b": on("cp-3b") };
		await stack.configure(program(before(), { "worker-1": on("worker-1") }));
		await stack.up();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("refuses another machine under the name of a node, before anything of the node changes", async () => {
		await stack.configure(program(before(), { "worker-1": rebuilt() }));
		const { text } = await stack.preview();
		expect(text).toContain(
			`root@${host("worker-1").address}:22: its address is known after \`pulumi up\` only, as the machine changes; where it is replaced: give the new machine a node name of its own`,
		);
		await expect(stack.up()).rejects.toThrow(
			/another machine under another address; give the new machine a node name of its own, and the old node leaves before its machine/,
		);
		expect(await readyNodes(host("cp-1"))).toEqual(["cp-1", "cp-2", "cp-3", "worker-1"]);
		expect(differences(bare.get("worker-1b")!, await listing(host("worker-1b")))).toEqual([]);
	});

	it("lets new nodes join, then the old ones leave, then destroys their machines, and no client loses a request", async () => {
		await heldPod(host("cp-1"), host("worker-1"));
		await kubectl(host("cp-1"), "delete poddisruptionbudget db");
		await stack.configure(program(after, { "worker-1b": rebuilt() }));
		const { stdout } = await host("cp-1").exec("cat /etc/kubernetes/admin.conf", { check: true });
		const stop = await startClient(stdout);
		const { ends } = await stack.up().catch(async (error) => {
			await stop();
			throw error;
		});
		const { failedTwice, lost } = await stop();
		expect({ failedTwice, lost }).toEqual({ failedTwice: 0, lost: 0 });
		expect(await readyNodes(host("cp-1"))).toEqual(["cp-1", "cp-2b", "cp-3b", "worker-1b"]);
		expect(await voters(host("cp-1"))).toEqual(["cp-1", "cp-2b", "cp-3b"]);
		expect(await kubectl(host("cp-1"), "get pods -n default -o name")).toBe("");
		const order = ends.map(({ op, type, name }) => `${op} ${type} ${name}`);
		const inOrder = (...all: string[]) =>
			expect(all.map((each) => order.indexOf(each))).toEqual(inIncreasing(all, order));
		inOrder("create Gate test-cp-2b-gate", "create EtcdData test-cp-3b-etcd-data", "create Gate test-cp-3b-gate");
		for (const node of ["cp-2", "cp-3", "worker-1"]) {
			inOrder(
				`create NodeRegistration test-${node}b-node`,
				`delete NodeRegistration test-${node}-node`,
				`delete Host test-${node}`,
				`delete-replaced Resource vm-${node}`,
			);
			expect(differences(bare.get(node)!, await listing(host(node)))).toEqual([]);
		}
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("takes a worker's machine that was destroyed before its replacement was made for the same node, once that is confirmed", async () => {
		const { address } = host("worker-1b");
		const env = { PULUMI_KUBEADM_NEW_MACHINES: address };
		await stack.configure(program(after, { "worker-1b": { ...rebuilt("next"), deleteBeforeReplace: true } }));
		await expect(stack.up()).rejects.toThrow(`PULUMI_KUBEADM_NEW_MACHINES=${address} pulumi up --refresh`);
		// The first refresh has the old host key only.
		await stack.up({ refresh: true, env });
		await stack.up({ refresh: true, env });
		expect(await readyNodes(host("cp-1"))).toEqual(["cp-1", "cp-2b", "cp-3b", "worker-1b"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});
});

/** Places of entries that are all in a list, each behind the one before. */
function inIncreasing(entries: readonly string[], list: readonly string[]): unknown[] {
	let last = -1;
	return entries.map((entry) => {
		last = list.indexOf(entry, last + 1);
		return last < 0 ? `${entry}: not in its place` : last;
	});
}
