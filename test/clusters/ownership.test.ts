import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { LOCK } from "../../provider/hosts/placement/lock-file";
import { clusterOn } from "./support/cluster.ts";
import { kubeadm, kubeadmInit, kubectl } from "./support/kubeadm.ts";
import { differences, listing } from "./support/listing.ts";
import { type TestStack, testStack } from "./support/stack.ts";

/** What became other of a node's own files. A running node changes its other files by itself. */
const changed = async (host: LabHost, before: string[]) =>
	differences(before, await listing(host)).filter((line) =>
		/ \/(etc\/kubernetes|var\/lib\/(pulumi-kubeadm|kubelet\/(config|kubeadm-flags)))/.test(line),
	);

/** An object that is in the API before the program has it. */
const FOUND = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: found, namespace: default}";

/** A terminal's file. */
const comesByItself = /\/run\/agetty\.reload$/;

describe("a machine that belongs to another", () => {
	let lab: Lab;
	let controlPlane: LabHost;
	let worker: LabHost;
	let stacks: [TestStack, TestStack];
	/** The worker before anything. */
	let bare: string[];
	/** The control plane as `kubeadm reset` left it. */
	let reset: string[];

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "host-2" }] });
		[controlPlane, worker] = lab.hosts as [LabHost, LabHost];
		stacks = [await testStack("cluster"), await testStack("cluster")];
		bare = await listing(worker);
	});

	afterAll(async () => {
		await lab?.stop();
		for (const stack of stacks ?? []) await stack.remove();
	});

	it("is refused at once where kubeadm made a cluster of it by hand, and a destroy to back out leaves all of it", async () => {
		const [stack] = stacks;
		const { cluster } = clusterOn(lab, { workers: [] });
		await kubeadmInit(lab, controlPlane, cluster);
		const before = await listing(controlPlane);
		const pem = async (path: string) =>
			(await controlPlane.exec(`cat /etc/kubernetes/pki/${path}`, { check: true })).stdout;
		const authority = async (path: string) => ({
			certificate: await pem(`${path}.crt`),
			privateKey: await pem(`${path}.key`),
		});
		const authorities = {
			ca: await authority("ca"),
			"etcd-ca": await authority("etcd/ca"),
			"front-proxy-ca": await authority("front-proxy-ca"),
		};
		const serviceAccountKey = await pem("sa.key");
		await stack.configure({ cluster: { ...cluster, authorities, serviceAccountKey }, ready: false });
		const { stdout: hash } = await controlPlane.exec(
			"openssl x509 -in /etc/kubernetes/pki/ca.crt -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum",
			{ check: true },
		);
		await expect(stack.up()).rejects.toThrow(
			`expected a machine that is no node yet, got a control plane of another cluster, CA sha256:${hash.slice(0, 64)}; nothing was changed`,
		);
		expect(await changed(controlPlane, before)).toEqual([]);
		await stack.destroy();
		expect((await stack.state()).resources ?? []).toEqual([]);
		expect(await changed(controlPlane, before)).toEqual([]);
		expect(await kubectl(controlPlane, "get nodes -o name")).toBe("node/cp-1");
	});

	it("is made a node by one of two programs of one name that begin at the same time, and the other is told whose it is", async () => {
		await kubeadm(controlPlane, ["reset", "--force"]);
		await controlPlane.exec("rm -rf /etc/kubernetes/tmp /root/kubeadm.yaml", { check: true });
		reset = await listing(controlPlane);
		for (const stack of stacks) await stack.configure(clusterOn(lab));
		const ups = await Promise.allSettled(stacks.map((stack) => stack.up()));
		expect(ups.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
		const lost = ups.findIndex(({ status }) => status === "rejected");
		expect((ups[lost] as PromiseRejectedResult).reason.message).toMatch(
			/expected a machine that is no node yet, got node cp-1 of the Pulumi program test\/test \(id [0-9a-f]{8}\); nothing was changed/,
		);
		expect((ups[lost] as PromiseRejectedResult).reason.message).toMatch(
			/waits for the Pulumi program test\/test \(id [0-9a-f]{8}\) of \S+@\S+, which works there since \S+Z \(0 s of 300 s\)/,
		);
		for (const host of lab.hosts) expect((await host.exec(`ls ${LOCK}`)).exitCode).not.toBe(0);
		await stacks[lost]!.destroy();
		expect((await stacks[lost]!.state()).resources ?? []).toEqual([]);
		expect(await kubectl(controlPlane, "get --raw /readyz")).toBe("ok");
		if (lost === 0) stacks.reverse();
	});

	it("is waited for while another program holds its lock, which lapses 90 s after the program was killed", async () => {
		const [stack] = stacks;
		const program = clusterOn(lab);
		program.cluster.workers![0]!.labels = { tier: "front" };
		program.addons = { found: `${FOUND}\ndata: {of: program}\n` };
		await stack.configure(program);
		await kubectl(controlPlane, "create configmap found --from-literal=of=somebody");
		const holder = { id: "1a2b3c4d-0", name: "shop/dev", user: "ann@laptop", since: "2026-11-27T10:04:05Z" };
		await controlPlane.exec(
			`{ cut -d. -f1 /proc/uptime; echo '1a2b3c4d-0 token'; echo '${JSON.stringify(holder)}'; } > ${LOCK}`,
			{ check: true },
		);
		const { text, duration } = await stack.up();
		expect(text).toContain(
			"waits for the Pulumi program shop/dev (id 1a2b3c4d) of ann@laptop, which works there since 2026-11-27T10:04:05Z",
		);
		expect(duration).toBeGreaterThan(85);
		expect(await kubectl(controlPlane, "get node host-2 -o jsonpath={.metadata.labels.tier}")).toBe("front");
		expect(await kubectl(controlPlane, "get configmap found -o jsonpath={.data.of}")).toBe("program");
	});

	it("is not made a second node of the program that it belongs to, in whatever way the address is spelled", async () => {
		const [stack] = stacks;
		const program = clusterOn(lab);
		await stack.configure(program);
		const { text, changes } = await stack.up();
		expect(changes).toContain("delete Addon found");
		expect(text).toContain("v1 ConfigMap default/found stays in the API: it was there before this program");
		expect(await kubectl(controlPlane, "get configmap found -o name")).toBe("configmap/found");
		const [first] = program.cluster.workers!;
		const again = { name: "host-3", connection: { ...first!.connection, host: `::ffff:${worker.address}` } };
		await stack.configure({ ...program, cluster: { ...program.cluster, workers: [first!, again] }, ready: false });
		await expect(stack.up()).rejects.toThrow(
			"expected a machine of its own for node host-3, got the machine of node host-2, which this program also declares",
		);
		await kubectl(controlPlane, "wait --for=condition=Ready node/host-2 --timeout=10s");
		expect(await kubectl(controlPlane, "get nodes -o name")).toBe("node/cp-1\nnode/host-2");
	});

	it("keeps its node where the program spells the node's name in other letters", async () => {
		const [stack] = stacks;
		const program = clusterOn(lab);
		await stack.configure(program);
		await stack.up();
		program.cluster.workers![0]!.name = "HOST-2";
		await stack.configure(program);
		expect((await stack.preview()).changes).toEqual([]);
	});

	it("is left as it was by a destroy, also where the API server does not answer", async () => {
		const [stack] = stacks;
		await controlPlane.exec("mv /etc/kubernetes/manifests/kube-apiserver.yaml /root/", { check: true });
		await until("end of the API server", 60, async () =>
			(await controlPlane.exec("ss -Hltn 'sport = :6443'")).stdout === "" ? true : undefined,
		);
		expect(await stack.command(["destroy", "--preview-only", "--diff"])).toMatch(
			/onDelete +: "removes \/var\/lib\/etcd on cp-1: all data of the cluster"/,
		);
		const { text } = await stack.destroy();
		expect((await controlPlane.exec("ls -A /var/lib/etcd")).stdout).toBe("");
		expect(text).toMatch(/the Kubernetes API does not answer: its objects go with the cluster/);
		await controlPlane.exec("rm /root/kube-apiserver.yaml", { check: true });
		expect(await changed(controlPlane, reset)).toEqual([]);
		expect(differences(bare, await listing(worker)).filter((line) => !comesByItself.test(line))).toEqual([]);
	});
});
