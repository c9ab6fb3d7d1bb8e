import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { heldPod } from "../clusters/support/held-pod.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

describe("a worker whose node gets another name", () => {
	let lab: Lab;
	let controlPlane: LabHost;
	let worker: LabHost;
	let stack: TestStack;
	let program: ReturnType<typeof clusterOn>;
	const nodes = () => kubectl(controlPlane, "get nodes -o name");
	const rename = (name: string) => {
		const [only] = program.cluster.workers!;
		return stack.configure({
			...program,
			cluster: { ...program.cluster, workers: [{ ...only!, name }] },
			ready: false,
		});
	};

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		[controlPlane, worker] = lab.hosts as [LabHost, LabHost];
		stack = await testStack("cluster");
		program = clusterOn(lab);
		await stack.configure(program);
		await stack.up();
		await heldPod(controlPlane, worker);
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("stays what it was where a disruption budget blocks the drain under its old name", async () => {
		await rename("renamed");
		await expect(stack.up()).rejects.toThrow(/default\/db \(refused by its disruption budget\)/);
		expect(await nodes()).toBe("node/cp-1\nnode/worker-1");
		expect(await kubectl(controlPlane, "get pod db -o jsonpath={.status.phase}")).toBe("Running");
	});

	it("is drained under its old name, and registered under the new one", async () => {
		await kubectl(controlPlane, "delete poddisruptionbudget db");
		await stack.up();
		expect(await nodes()).toBe("node/cp-1\nnode/renamed");
		expect(await kubectl(controlPlane, "get pods -n default -o name")).toBe("");
	});

	it("gets its old name back", async () => {
		await rename("worker-1");
		await stack.up();
		expect(await nodes()).toBe("node/cp-1\nnode/worker-1");
	});
});
