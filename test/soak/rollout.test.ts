import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";
import { type Outcome, type TestStack, testStack } from "../clusters/support/stack.ts";

describe("the kubelets of three workers", () => {
	let lab: Lab;
	let stack: TestStack;
	let program: ReturnType<typeof clusterOn>;
	let madeBy: Outcome;

	/** Sets one flag of each worker's kubelet, or none. The second worker is the first of a roll. */
	const say = (flags: Record<string, [name: string, value: string]>) =>
		stack.configure({
			...program,
			cluster: {
				...program.cluster,
				rollout: { order: ["worker-2"] },
				workers: program.cluster.workers!.map((worker) => {
					const flag = flags[worker.name];
					return flag
						? { ...worker, nodeRegistration: { kubeletExtraArgs: [{ name: flag[0], value: flag[1] }] } }
						: worker;
				}),
			},
		});
	const all = (flag: [string, string]) => ({ "worker-1": flag, "worker-2": flag, "worker-3": flag });
	/** Begin and end of each worker's change in the order in which they were printed. */
	const order = (text: string) =>
		[...text.matchAll(/:Kubelet test-(worker-\d)-kubelet (updating \(0s\)|updated|\*\*updating failed)/g)].map(
			([, worker, what]) => `${worker} ${what!.replace(/ \(.*|\*\*/g, "")}`,
		);
	const processes = () =>
		Promise.all(
			lab.hosts.slice(1).map(async (host) => (await host.exec("pgrep -x kubelet", { check: true })).stdout.trim()),
		);
	const flags = async (worker: number) =>
		(await lab.hosts[worker]!.exec("cat /var/lib/kubelet/kubeadm-flags.env", { check: true })).stdout;

	beforeAll(async () => {
		lab = await startLab({ hosts: ["cp-1", "worker-1", "worker-2", "worker-3"].map((name) => ({ name })) });
		stack = await testStack("cluster");
		program = clusterOn(lab);
		await say({});
		madeBy = await stack.up();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("join at once", () => {
		const events = [...madeBy.text.matchAll(/:Kubelet test-worker-\d-kubelet (creating|created) \((\d+)s\)/g)];
		const firstEnd = events.findIndex(([, what]) => what === "created");
		const begun = events.slice(0, firstEnd).filter(([, what, seconds]) => what === "creating" && seconds === "0");
		expect(begun).toHaveLength(3);
	});

	it("change one after the other, in the order that the preview says", async () => {
		await say(all(["max-pods", "100"]));
		const { steps } = await stack.preview();
		const restarts = steps.filter(({ type }) => type === "Kubelet").map(({ is }) => is!.restarts);
		expect(restarts.sort()).toEqual([
			"kubelet on worker-1 after worker-2",
			"kubelet on worker-2",
			"kubelet on worker-3 after worker-1",
		]);
		const before = await processes();
		const { text } = await stack.up();
		expect(order(text)).toEqual([
			"worker-2 updating",
			"worker-2 updated",
			"worker-1 updating",
			"worker-1 updated",
			"worker-3 updating",
			"worker-3 updated",
		]);
		expect(text).toMatch(/worker-3: the kubelet runs with its changed configuration, and renews the node's lease/);
		const after = await processes();
		expect(after.filter((process) => before.includes(process))).toEqual([]);
	});

	it("stop at the first that does not run with its change, which gets its last configuration back", async () => {
		const before = await processes();
		await say({ ...all(["feature-gates", "NoSuchGate=true"]), "worker-2": ["max-pods", "90"] });
		const said = await stack.up().then(
			() => expect.fail("the roll went through"),
			(error: Error) => error.message,
		);
		expect(order(said)).toEqual([
			"worker-2 updating",
			"worker-2 updated",
			"worker-1 updating",
			"worker-1 updating failed",
		]);
		expect(said).toMatch(/unrecognized feature gate: NoSuchGate/);
		expect(said).toMatch(
			/worker-1: the kubelet's last configuration that worked is put back, and the kubelet runs again/,
		);
		expect(await flags(1)).toMatch(/--max-pods=100/);
		expect(await flags(2)).toMatch(/--max-pods=90/);
		expect((await processes())[2]).toBe(before[2]);
		expect(await kubectl(lab.hosts[0]!, "get nodes --no-headers")).not.toMatch(/NotReady/);
	});

	it("go on from there with a corrected program, and need nothing once it is set back", async () => {
		await say(all(["max-pods", "90"]));
		const { text } = await stack.up();
		expect(order(text)).toEqual(["worker-1 updating", "worker-1 updated", "worker-3 updating", "worker-3 updated"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});
});
