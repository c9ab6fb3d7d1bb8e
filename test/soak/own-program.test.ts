import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blockPort, type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import type { OwnNode, OwnProgram } from "../clusters/programs/own-program/index.ts";
import type { SecondStack } from "../clusters/programs/second-stack/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { kubectl, readyNodes } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** What docs/machines.md and docs/pulumi-options.md say of a whole cluster, on real hosts. */
describe("a cluster on machines that the same program makes", () => {
	let lab: Lab;
	let stack: TestStack;
	let second: TestStack | undefined;
	let controlPlane: LabHost;
	let program: OwnProgram;
	const host = (name: string) => lab.hosts.find((each) => each.name === name)!;
	const of = (names: string[]) => names.map((name): OwnNode => ({ name, machine: name }));
	const say = (overrides: Partial<OwnProgram> = {}) => stack.configure({ ...program, ...overrides });
	/** Sets kubelet settings of the workers alone. */
	const sayOfWorkers = (kubelet: object, overrides: Partial<OwnProgram> = {}) => {
		const { cluster } = program;
		return say({
			...overrides,
			cluster: { ...cluster, workers: cluster.workers!.map((node) => ({ ...node, kubelet })) },
		});
	};
	const maxPods = async (name: string) => {
		const { stdout } = await host(name).exec("sed -n 's/^maxPods: //p' /var/lib/kubelet/config.yaml", { check: true });
		return stdout.trim();
	};
	const error = async (operation: Promise<unknown>) => {
		const failed: Error = await operation.then(
			() => expect.fail("expected a refusal"),
			(thrown) => thrown,
		);
		return failed.message;
	};

	beforeAll(async () => {
		const names = ["cp-1", "worker-1", "worker-2", "other"];
		lab = await startLab({ hosts: names.map((name) => ({ name })) });
		controlPlane = host("cp-1");
		const { controlPlanes: _controlPlanes, workers: _workers, ...cluster } = clusterOn(lab).cluster;
		const will = ({ address, hostKey }: LabHost) => ({ address, hostKey, privateKeyFile: lab.sshKeyFile });
		program = {
			machines: Object.fromEntries(lab.hosts.map((each) => [each.name, { will: will(each) }])),
			cluster: {
				...cluster,
				controlPlanes: of(["cp-1"]),
				workers: [{ name: "worker-1", machine: "worker-1", bastion: "other" }, ...of(["worker-2"])],
			},
			joins: true,
		};
		stack = await testStack("own-program");
		await say();
	});

	afterAll(async () => {
		await lab?.stop();
		await second?.remove();
		await stack?.remove();
	});

	it("waits behind a bastion for a machine whose SSH server does not answer yet, and then for its cloud-init", async () => {
		const worker = host("worker-1");
		await worker.exec("cat > /usr/local/bin/cloud-init && chmod 755 /usr/local/bin/cloud-init", {
			input: "#!/bin/sh\necho asked >> /run/cloud-init-asked\necho status: $(cat /run/cloud-init-status)\n",
			check: true,
		});
		await worker.exec("echo running > /run/cloud-init-status", { check: true });
		const answer = await blockPort(worker, 22, "REJECT");
		expect((await stack.preview()).changes).toContain("create Host test-worker-1");
		const up = stack.up();
		const seen = (what: string, command: string) =>
			Promise.race([
				up.then(() => expect.fail(`up ended before ${what}`)),
				until(what, 300, async (saw) => {
					const { stdout } = await worker.exec(command);
					saw(stdout);
					return Number(stdout) >= 2 || undefined;
				}),
			]);
		await seen("two dials are refused", "iptables -nvxL INPUT | awk '/REJECT/ { print $1 }'");
		await answer();
		await seen("cloud-init is asked twice", "cat /run/cloud-init-asked 2>/dev/null | wc -l");
		expect((await worker.exec("ls /var/lib/pulumi-kubeadm /var/lib/kubelet/config.yaml")).exitCode).not.toBe(0);
		await worker.exec("echo done > /run/cloud-init-status", { check: true });
		const { text } = await up;
		const name = `root@${worker.address}:22`.replaceAll(".", "\\.");
		for (const what of [
			"SSH server, waited for since [\\dTZ:-]+: .*",
			"cloud-init, waited for since [\\dTZ:-]+: running",
		])
			expect(text).toMatch(new RegExp(`${name}: its ${what} \\(0 s of 300 s\\)`));
		expect(await readyNodes(controlPlane)).toEqual(["cp-1", "worker-1", "worker-2"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
		expect(JSON.stringify(await stack.stored()).match(/PRIVATE KEY/g)).toBeNull();
	});

	it("gives a second stack its kubeconfig, and what a worker of that stack joins with", async () => {
		second = await stack.beside("second-stack", "second");
		const { controlPlanes: _controlPlanes, workers: _workers, ...cluster } = clusterOn(lab).cluster;
		const connection = {
			host: host("other").address,
			privateKeyFile: lab.sshKeyFile,
			knownHostsFile: lab.knownHostsFile,
		};
		await second.configure({
			stack: "organization/test/test",
			cluster,
			worker: { name: "other", connection },
		} satisfies SecondStack);
		await second.up();
		expect(await readyNodes(controlPlane)).toContain("other");
		const { kubeconfig } = await second.outputs();
		await controlPlane.exec("cat > /tmp/second.conf", { input: kubeconfig, check: true });
		const { stdout } = await controlPlane.exec("kubectl --kubeconfig /tmp/second.conf auth whoami -o json", {
			check: true,
		});
		expect(JSON.parse(stdout).status.userInfo.username).toBe("kubernetes-admin");
		expect((await second.preview({ refresh: true })).changes).toEqual([]);
		expect(
			(await second.state()).resources.find(({ type }: { type: string }) => type.endsWith("StackReference")),
		).toBeDefined();
		await second.destroy();
		await kubectl(controlPlane, "delete node other");
	});

	it("with protect is not destroyed, and neither is anything that it needs", async () => {
		await say({ options: { protect: true } });
		expect((await stack.up()).changes).toEqual([]);
		expect(await error(stack.destroy())).toMatch(/protected/);
		expect(await readyNodes(controlPlane)).toEqual(["cp-1", "worker-1", "worker-2"]);
		await say();
		// The token belongs to the program, and nothing of the cluster needs it.
		expect((await stack.up()).changes).toEqual(["create BootstrapToken joins"]);
	});

	it("plans nothing where it has another name with its old one as an alias, or becomes part of a component", async () => {
		await say({ name: "shop", aliases: ["test"] });
		expect((await stack.preview()).changes).toEqual([]);
		await stack.up();
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
		await say({ name: "shop", company: true });
		expect((await stack.preview()).changes).toEqual(["create Platform shop"]);
		await stack.up();
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
		program = { ...program, name: "shop", company: true };
	});

	it("changes the kubelet of one worker alone with --target", async () => {
		await sayOfWorkers({ maxPods: 60 });
		const { changes } = await stack.up({ words: ["--target", "**::shop-worker-2-kubelet"] });
		expect(changes).toEqual(["update Kubelet shop-worker-2-kubelet"]);
		expect([await maxPods("worker-1"), await maxPods("worker-2")]).toEqual(["", "60"]);
		expect((await stack.preview()).changes).toEqual(["update Kubelet shop-worker-1-kubelet"]);
	});

	it("with retainOnDelete leaves the state and goes on, and its machines stay those of the old program", async () => {
		await sayOfWorkers({ maxPods: 60 }, { options: { retainOnDelete: true } });
		expect((await stack.up()).changes).toEqual(["update Kubelet shop-worker-1-kubelet"]);
		await stack.destroy();
		expect((await stack.state()).resources ?? []).toEqual([]);
		expect(await readyNodes(controlPlane)).toEqual(["cp-1", "worker-1", "worker-2"]);
		expect(await kubectl(controlPlane, "get --raw /readyz")).toBe("ok");
		expect(await error(stack.up())).toMatch(/got node cp-1 of the Pulumi program test\/test .*; nothing was changed/);
	});
});
