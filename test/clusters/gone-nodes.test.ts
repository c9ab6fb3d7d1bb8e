import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blockPort, type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { clusterOn } from "./support/cluster.ts";
import { heldPod } from "./support/held-pod.ts";
import { kubectl } from "./support/kubeadm.ts";
import { type TestStack, testStack } from "./support/stack.ts";

describe("a worker that leaves", () => {
	let lab: Lab;
	let controlPlane: LabHost;
	let worker: LabHost;
	let stack: TestStack;
	let program: ReturnType<typeof clusterOn>;
	const nodes = () => kubectl(controlPlane, "get nodes -o name");
	/** Sets what the program says of its worker. */
	const say = (workers: object[]) =>
		stack.configure({ ...program, cluster: { ...program.cluster, workers }, ready: false });

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		[controlPlane, worker] = lab.hosts as [LabHost, LabHost];
		stack = await testStack("cluster");
		program = clusterOn(lab);
		await stack.configure(program);
		await stack.up();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("stays where a disruption budget holds one of its pods, and the error says which and what to type", async () => {
		await heldPod(controlPlane, worker);
		const [only] = program.cluster.workers!;
		await say([{ ...only, drainTimeoutSeconds: 5 }]);
		await stack.up();
		await say([]);
		await expect(stack.up()).rejects.toThrow(
			/default\/db \(refused by its disruption budget\)[\s\S]*PULUMI_KUBEADM_FORCE_DRAIN=worker-1 pulumi up/,
		);
		expect(await nodes()).toBe("node/cp-1\nnode/worker-1");
		expect(await kubectl(controlPlane, "get pod db -o jsonpath={.status.phase}")).toBe("Running");
	});

	it("is said once in a preview when it does not answer, and all else is compared", async () => {
		await say(program.cluster.workers!);
		await stack.up();
		const unblock = await blockPort(worker, 22);
		try {
			await controlPlane.exec("echo '# edited' >> /etc/kubernetes/manifests/kube-scheduler.yaml", { check: true });
			const { text, changes } = await stack.preview({ refresh: true });
			expect(text.match(/worker-1|198\.18\.\d+\.\d+:22 does not answer: its resources are not read/g)).toHaveLength(1);
			expect(text).toContain(`PULUMI_KUBEADM_GONE_HOSTS=${worker.address} pulumi up`);
			expect(changes.filter((change) => /worker-1/.test(change))).toEqual([]);
		} finally {
			await unblock();
		}
	});

	it("leaves the cluster without a look at its machine where the program says that the machine is gone", async () => {
		const unblock = await blockPort(worker, 22);
		try {
			const [only] = program.cluster.workers!;
			await say([{ ...only, gone: true }]);
			const { changes, text } = await stack.up();
			expect(changes.filter((change) => !/worker-1/.test(change))).toEqual([]);
			expect(text).toContain("node worker-1: its machine is gone, so the node is not drained");
			expect(await nodes()).toBe("node/cp-1");
			expect((await worker.exec("systemctl is-active kubelet")).stdout).toBe("active\n");
		} finally {
			await unblock();
		}
		await until("the pods of the machine are removed", 120, async () =>
			(await kubectl(controlPlane, "get pods -n default -o name")) === "" ? true : undefined,
		);
		await say([]);
		expect((await stack.preview()).changes).toEqual([]);
	});
});
