import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { attempt, finish, impatient } from "../clusters/support/attempt.ts";
import {
	endingKubelet,
	halfway,
	inCertificates,
	onTheHost,
	onTheWay,
	reported,
	wrongKey,
} from "../clusters/support/failures.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** All failures but those of test/clusters/failures.test.ts that happen halfway. */
describe("an up that fails names the layer, what was seen and the next command", () => {
	let lab: Lab;
	const stacks: TestStack[] = [];

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
	});

	afterAll(async () => {
		await lab?.stop();
		for (const stack of stacks) await stack.remove();
	});

	const newStack = async () => {
		const stack = await testStack("cluster");
		stacks.push(stack);
		return stack;
	};

	describe("before anything starts", () => {
		let stack: TestStack;
		let host: LabHost;
		beforeAll(async () => {
			stack = await newStack();
			host = lab.host("cp-1");
		});

		it.each(Object.entries({ ...onTheWay, ...inCertificates, "a CA with another one's key": wrongKey, ...onTheHost }))(
			"with %s",
			async (_what, failure) => {
				await attempt({ lab, host, stack, failure });
			},
		);

		it("says what the host reports of SELinux and a firewall, and goes on", async () => {
			const undo = await reported.onHost(host);
			const said = await finish({ lab, host, stack }).finally(undo);
			for (const pattern of reported.says) expect(said).toMatch(pattern);
		});

		it("names the kernel's limit where the kubelet ends by it before it registers its node, and goes on once that is mended", async () => {
			const line =
				'E1127 10:00:00.0 1 kubelet.go:1] "Failed to start cAdvisor" err="inotify_init: too many open files"';
			const undo = await endingKubelet(host, line);
			await host.exec("kubectl --kubeconfig /etc/kubernetes/admin.conf delete node cp-1", { check: true });
			const said = await stack.up({ refresh: true }).then(
				() => "up succeeded",
				(error: Error) => error.message,
			);
			await undo();
			expect(said).toMatch(
				/node cp-1: the kubelet ends again and again: "Failed to start cAdvisor" err="inotify_init: too many open files" \(after \d+ s of 300 s\)\n\s+layer: kernel limits\n\s+E1127 .*inotify_init: too many open files/,
			);
			expect(said).toMatch(/next: ssh .*sysctl fs\.inotify\.max_user_instances/);
			await stack.up({ refresh: true });
			expect((await host.exec("kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -o name")).stdout).toBe(
				"node/cp-1\n",
			);
		});

		it("names the network where a firewall keeps a worker from the API server", async () => {
			const worker = lab.host("worker-1");
			const program = impatient(lab, host);
			const { timeouts: _, ...node } = impatient(lab, worker).cluster.controlPlanes[0]!;
			program.cluster.workers = [{ ...node, timeouts: { kubeletHealthCheck: "20s", tlsBootstrap: "20s" } }];
			await stack.configure(program);
			const rule = `INPUT -s ${worker.address} -p tcp --dport 6443 -j REJECT`;
			await host.exec(`iptables -I ${rule}`, { check: true });
			const said = await stack.up().then(
				() => "up succeeded",
				(error: Error) => error.message,
			);
			await host.exec(`iptables -D ${rule}`, { check: true });
			expect(said).toMatch(/worker-1: .*limit of 20 s reached; last observation: /);
			expect(said).toMatch(
				/layer: network or firewall\n\s+[\d.]+:6443 (can't be reached from the host: Connection refused|does not answer the host: no connection in 5 s)/,
			);
			await stack.up();
			await host.kill();
			await worker.kill();
		});
	});

	it.each(Object.entries(halfway).filter(([what]) => !/bad flag|disk/.test(what)))(
		"and the next up goes on from it, with %s",
		async (_what, failure) => {
			const host = await lab.addHost(`cp-${lab.hosts.length}`);
			const stack = await newStack();
			await attempt({ lab, host, stack, failure });
			await finish({ lab, host, stack });
			await host.kill();
		},
	);
});
