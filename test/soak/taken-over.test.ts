import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab, until } from "../../lab/index.ts";
import { clusterOn, nodesOn } from "../clusters/support/cluster.ts";
import { voters } from "../clusters/support/etcd.ts";
import { kubeadm, kubectl, readyNodes } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** A control plane and a worker that somebody joined by hand are named in the program. */
describe("nodes that kubeadm join made in a cluster of this program", () => {
	let lab: Lab;
	let stack: TestStack;
	const host = (name: string) => lab.hosts.find((each) => each.name === name)!;
	const program = (
		controlPlanes: readonly string[],
		workers: readonly string[],
		renamed: Record<string, string> = {},
	) => {
		const nodes = (names: readonly string[]) =>
			nodesOn(lab, names).map((node) => ({ ...node, name: renamed[node.name] ?? node.name }));
		const endpoint = { controlPlaneEndpoint: `${host("cp-1").address}:6443` };
		return clusterOn(lab, { ...endpoint, controlPlanes: nodes(controlPlanes), workers: nodes(workers) });
	};
	const say = (controlPlanes: readonly string[], workers: readonly string[]) =>
		stack.configure(program(controlPlanes, workers));
	/** Names and ids of the containers that run on a host. */
	const containers = async (name: string) => {
		const { stdout } = await host(name).exec("crictl ps -o json", { check: true });
		const { containers: all } = JSON.parse(stdout) as { containers: { id: string; metadata: { name: string } }[] };
		return all.map(({ id, metadata }) => `${metadata.name} ${id.slice(0, 12)}`).sort();
	};
	const nodesReady = (names: readonly string[]) =>
		until("all nodes Ready", 120, async (seen) => {
			const ready = await readyNodes(host("cp-1"));
			seen(ready.join());
			return ready.join() === names.join() || undefined;
		});

	beforeAll(async () => {
		lab = await startLab({ hosts: ["cp-1", "cp-2", "worker-1"].map((name) => ({ name })) });
		stack = await testStack("cluster");
		await say(["cp-1"], []);
		await stack.up();
		const uploaded = await kubeadm(host("cp-1"), ["init", "phase", "upload-certs", "--upload-certs"]);
		const key = uploaded.stdout.trim().split("\n").at(-1)!;
		const printed = await kubeadm(host("cp-1"), ["token", "create", "--print-join-command"]);
		const join = [...printed.stdout.trim().split(/\s+/).slice(1), ...lab.kubeadmArguments];
		for (const [name, more] of [
			["cp-2", ["--control-plane", "--certificate-key", key]],
			["worker-1", []],
		] as const) {
			const { exitCode, stderr } = await kubeadm(host(name), [...join, ...more]);
			expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
		}
		await nodesReady(["cp-1", "cp-2", "worker-1"]);
		await kubectl(host("cp-1"), "-n kube-system rollout status daemonset/kube-proxy --timeout=120s");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("are no difference for a program that does not name them", async () => {
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("are refused under another name or role, and nothing changes on them", async () => {
		const before = [await containers("cp-2"), await containers("worker-1")];
		await stack.configure({ ...program(["cp-1"], ["cp-2", "worker-1"], { "worker-1": "worker-9" }), ready: false });
		const { message } = await stack.up().then(
			() => new Error("no error"),
			(error: Error) => error,
		);
		expect(message).toContain("list it as cp-2 under controlPlanes to take it over");
		expect(message).toContain("list it as worker-1 under workers to take it over");
		expect([await containers("cp-2"), await containers("worker-1")]).toEqual(before);
	});

	it("are taken over as they run: no container ends, and nothing has drifted", async () => {
		const before = [await containers("cp-2"), await containers("worker-1")];
		await say(["cp-1", "cp-2"], ["worker-1"]);
		const { text } = await stack.up();
		expect(text).toContain("cp-2 is a node of this cluster that kubeadm made: it is taken over as it runs");
		expect([await containers("cp-2"), await containers("worker-1")]).toEqual(before);
		expect(await voters(host("cp-1"))).toEqual(["cp-1", "cp-2"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("leave the cluster like any other node, and their hosts can join again", async () => {
		await say(["cp-1"], []);
		await stack.up();
		expect(await voters(host("cp-1"))).toEqual(["cp-1"]);
		expect(await kubectl(host("cp-1"), "get nodes -o name")).toBe("node/cp-1");
		for (const name of ["cp-2", "worker-1"]) {
			const left = await host(name).exec(
				"find /etc/kubernetes /var/lib/kubelet /var/lib/etcd /var/lib/pulumi-kubeadm -type f -not -name .kubelet-keep; crictl ps -q",
			);
			expect(left.stdout.trim()).toBe("");
		}
		await say(["cp-1", "cp-2"], ["worker-1"]);
		await stack.up();
		await nodesReady(["cp-1", "cp-2", "worker-1"]);
	});
});
