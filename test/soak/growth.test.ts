import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/index.ts";
import { clusterOn, nodesOn } from "../clusters/support/cluster.ts";
import { etcdctl, voters } from "../clusters/support/etcd.ts";
import { kubeadm, kubectl } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { startClient } from "./support/api-client.ts";

const image = "lab.local/balancer:1";
const all = ["cp-1", "cp-2", "cp-3", "cp-4", "cp-5"];

/** A cluster that grows from one control plane to five, and shrinks to one that was not there at first. */
describe("a cluster that gets a virtual IP", () => {
	let lab: Lab;
	let stack: TestStack;
	let virtualIP: object;
	const bare = new Map<string, string[]>();
	const host = (name: string) => lab.hosts.find((each) => each.name === name)!;
	const say = (names: readonly string[]) =>
		stack.configure(clusterOn(lab, { virtualIP, controlPlanes: nodesOn(lab, names), workers: [] } as never));
	/** Changes the control planes beside a client with the kubeconfig of one that stays: by default, a client of the virtual IP. */
	const become = async (names: readonly string[], stays = host("cp-3")) => {
		const { stdout } = await stays.exec("cat /etc/kubernetes/admin.conf", { check: true });
		await say(names);
		const stop = await startClient(stdout);
		try {
			await stack.up();
		} finally {
			const { requests, failed, failedTwice, lost, reasons, slowest } = await stop();
			console.log(
				`to ${names.join(", ")}: ${JSON.stringify({ requests, failed, failedTwice, lost, slowest, reasons })}`,
			);
			expect({ failedTwice, lost }).toEqual({ failedTwice: 0, lost: 0 });
		}
		expect(await voters(stays)).toEqual([...names].sort());
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	};

	beforeAll(async () => {
		lab = await startLab({ hosts: all.map((name) => ({ name })) });
		for (const each of lab.hosts) bare.set(each.name, await listing(each));
		const address = lab.hostSubnet.replace(/\.0\/24$/, ".200");
		virtualIP = { address, images: { haproxy: image, keepalived: image } };
		stack = await testStack("cluster");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("grows from one control plane without an endpoint to three, and no client of the first one loses a request", async () => {
		await stack.configure(clusterOn(lab, { controlPlanes: nodesOn(lab, ["cp-1"]), workers: [] } as never));
		await stack.up();
		await become(["cp-1", "cp-2", "cp-3"], host("cp-1"));
	});

	it("grows from three to five, and no client loses a request", async () => {
		await become(all);
	});

	it("shrinks to three without the founder, and no client loses a request", async () => {
		await become(["cp-2", "cp-3", "cp-5"]);
		for (const name of ["cp-1", "cp-4"]) expect(differences(bare.get(name)!, await listing(host(name)))).toEqual([]);
	});

	it("shows no difference after kubeadm upgrade apply of the same version on one of them", async () => {
		const words = ["upgrade", "apply", "v1.37.2", "--yes", "--force", "--ignore-preflight-errors=all"];
		const { exitCode, stderr } = await kubeadm(host("cp-3"), words);
		expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("takes back a control plane after kubeadm reset", async () => {
		await kubeadm(host("cp-2"), ["reset", "--force"]);
		expect(await voters(host("cp-3"))).toEqual(["cp-3", "cp-5"]);
		await stack.up({ refresh: true });
		expect(await voters(host("cp-3"))).toEqual(["cp-2", "cp-3", "cp-5"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("takes back a member that somebody removed from etcd", async () => {
		await host("cp-3").exec(
			`${etcdctl} member remove $(${etcdctl} member list | sed -n 's/^\\([0-9a-f]*\\),.* cp-2,.*/\\1/p')`,
			{ check: true },
		);
		await stack.up({ refresh: true });
		expect(await voters(host("cp-3"))).toEqual(["cp-2", "cp-3", "cp-5"]);
	});

	it("shrinks to one, and no client loses a request", async () => {
		await become(["cp-3"]);
		expect(await kubectl(host("cp-3"), "get nodes -o name")).toBe("node/cp-3");
	});

	it("leaves the hosts as they were, but for what kubeadm reset removed and kubeadm upgrade kept", async () => {
		await stack.destroy();
		for (const each of lab.hosts) {
			const others = differences(bare.get(each.name)!, await listing(each));
			expect(others.filter((line) => !ofKubeadm.test(line))).toEqual([]);
		}
	});
});

/** `kubeadm reset` removes what the kubelet's package keeps its folders with; `kubeadm upgrade` saves what it replaces. */
const ofKubeadm = /\/\.kubelet-keep$| \/etc\/kubernetes\/tmp(\/|$)/;
