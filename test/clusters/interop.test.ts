import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blockPort, type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { clusterOn } from "./support/cluster.ts";
import { kubeadm, kubeadmInit, kubectl } from "./support/kubeadm.ts";
import { differences, listing } from "./support/listing.ts";
import { type TestStack, testStack } from "./support/stack.ts";

/** `kubeadm reset` removes what the kubelet's package keeps its folders with, and keeps what `kubeadm upgrade` saved; the other is a terminal's. */
const notOurs = /\/\.kubelet-keep$| \/etc\/kubernetes\/tmp(\/|$)|\/run\/agetty\.reload$/;

/** What is other than it was on a bare host, but for what kubeadm took away. */
const leftOn = async (host: LabHost, bare: string[]) =>
	differences(bare, await listing(host)).filter((line) => !notOurs.test(line));

/** When a node's kubelet last said that it lives. */
const lastSeen = (controlPlane: LabHost, node: string) =>
	kubectl(controlPlane, `-n kube-node-lease get lease ${node} --ignore-not-found -o jsonpath='{.spec.renewTime}'`);

/** Its Ready alone says nothing: the API server believes a kubelet that is gone for 40 s more. */
async function livesAgain(controlPlane: LabHost, node: string, before: string): Promise<void> {
	await until(`${node}: its kubelet speaks to the API server`, 60, async (seen) => {
		const now = await lastSeen(controlPlane, node);
		seen(now);
		return now !== before || undefined;
	});
	await kubectl(controlPlane, `wait --for=condition=Ready node/${node} --timeout=60s`);
}

/** What the real kubeadm does on a living cluster of ours, one after the other on the same cluster. */
describe("kubeadm, on a cluster that this package made,", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlane: LabHost;
	let worker: LabHost;
	let bare: Map<LabHost, string[]>;
	let program: ReturnType<typeof clusterOn>;
	/** kubeadm on the control plane: what it printed. */
	const said = async (...words: string[]) => succeeded(await kubeadm(controlPlane, words));

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		[controlPlane, worker] = lab.hosts as [LabHost, LabHost];
		bare = new Map([
			[controlPlane, await listing(controlPlane)],
			[worker, await listing(worker)],
		]);
		stack = await testStack("cluster");
		program = { ...clusterOn(lab), bootstrapToken: true };
		await stack.configure(program);
		await stack.up();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("knows all certificates and when they expire", async () => {
		const { certificates, certificateAuthorities } = JSON.parse(
			await said("certs", "check-expiration", "--output=json"),
		);
		const present = ({ missing }: { missing?: boolean }) => !missing;
		expect(certificates.filter(present).map(({ name }: { name: string }) => name)).toEqual([
			"admin.conf",
			"apiserver",
			"apiserver-etcd-client",
			"apiserver-kubelet-client",
			"controller-manager.conf",
			"etcd-healthcheck-client",
			"etcd-peer",
			"etcd-server",
			"front-proxy-client",
			"scheduler.conf",
			"super-admin.conf",
		]);
		expect(certificateAuthorities.filter(present).length).toBe(3);
	});

	it("lists a BootstrapToken", async () => {
		const { token } = await stack.outputs();
		expect(await said("token", "list")).toContain(token);
	});

	it("sees nothing to change for the same version", async () => {
		expect(await said("upgrade", "diff", "v1.37.2")).not.toMatch(/^[-+@]/m);
	});

	it("upgrades it to the same version and renews all certificates: the newer ones are taken over, and nothing has drifted", async () => {
		await said("upgrade", "apply", "--yes", "v1.37.2", ...lab.kubeadmArguments);
		const serial = "openssl x509 -noout -serial -in /etc/kubernetes/pki/apiserver.crt";
		const before = (await controlPlane.exec(serial, { check: true })).stdout;
		await said("certs", "renew", "all");
		expect((await controlPlane.exec(serial, { check: true })).stdout).not.toBe(before);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("joins another host with the program's join command", async () => {
		await stack.configure({ ...program, joins: true });
		await stack.up();
		const { joinCommand } = await stack.outputs();
		const spare = await lab.addHost("spare-1");
		const [, ...words] = joinCommand.split(" ");
		const joined = await kubeadm(spare, [...words, ...lab.kubeadmArguments]);
		succeeded(joined);
		// kubeadm returns before the kubelet has made its Node, of which "kubectl wait" would say NotFound.
		await until("spare-1: its Node", 60, async () => {
			const node = await kubectl(controlPlane, "get node spare-1 --ignore-not-found -o name");
			return node !== "" || undefined;
		});
		await kubectl(controlPlane, "wait --for=condition=Ready node/spare-1 --timeout=120s");
	});

	it("resets a worker, which joins again by the next up", async () => {
		succeeded(await kubeadm(worker, ["reset", "--force"]));
		expect((await worker.exec("ls /etc/kubernetes/pki", { check: true })).stdout).toBe("");
		const before = await lastSeen(controlPlane, "worker-1");
		const { changes } = await stack.up({ refresh: true });
		expect(changes).toEqual(["update Kubelet test-worker-1-kubelet"]);
		await livesAgain(controlPlane, "worker-1", before);
	});

	it("resets all nodes: the control plane is made again by the next up, and a worker is given up with what is left of it", async () => {
		for (const host of lab.hosts) succeeded(await kubeadm(host, ["reset", "--force"]));
		await stack.configure({ ...program, cluster: { ...program.cluster, workers: [] } });
		await stack.up({ refresh: true });
		expect(await kubectl(controlPlane, "get nodes -o name")).toBe("node/cp-1");
		const { token } = await stack.outputs();
		expect(await said("token", "list")).toContain(token);
		expect(await kubectl(controlPlane, "-n kube-system get deployments,daemonsets -o name")).toBe(
			"deployment.apps/coredns\ndaemonset.apps/kube-proxy",
		);
		expect(await leftOn(worker, bare.get(worker)!)).toEqual([]);
	});

	it("resets the control plane, of which a destroy then leaves nothing", async () => {
		succeeded(await kubeadm(controlPlane, ["reset", "--force"]));
		await stack.destroy();
		expect((await stack.state()).resources ?? []).toEqual([]);
		expect(await leftOn(controlPlane, bare.get(controlPlane)!)).toEqual([]);
	});
});

describe("a WorkerNode", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlane: LabHost;
	let worker: LabHost;
	let bare: string[];

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		[controlPlane, worker] = lab.hosts as [LabHost, LabHost];
		bare = await listing(worker);
		stack = await testStack("worker-of-kubeadm");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("joins a cluster that kubeadm init made", async () => {
		const { controlPlanes, workers, ...cluster } = clusterOn(lab).cluster;
		await kubeadmInit(lab, controlPlane, clusterOn(lab).cluster);
		const certificate = await controlPlane.exec("cat /etc/kubernetes/pki/ca.crt", { check: true });
		const { connection, ...node } = workers![0]!;
		await stack.configure({
			cluster,
			certificate: certificate.stdout,
			controlPlane: controlPlanes[0]!.connection,
			server: controlPlane.address,
			worker: { ...node, connection: { ...connection, dialErrorLimit: 2, perDialTimeout: 2 } },
		});
		await stack.up();
		await kubectl(controlPlane, "wait --for=condition=Ready node/worker-1 --timeout=10s");
	});

	it("is mended when its kubelet's kubeconfig is lost, and differs from nothing afterwards", async () => {
		await worker.exec("rm /etc/kubernetes/kubelet.conf && systemctl restart kubelet", { check: true });
		const before = await lastSeen(controlPlane, "worker-1");
		const { changes } = await stack.up({ refresh: true });
		expect(changes).toEqual(["update Kubelet worker-1-kubelet"]);
		await livesAgain(controlPlane, "worker-1", before);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("leaves it, also when its host cannot be reached in the middle: the next destroy goes on", async () => {
		const unblock = await blockPort(worker, 22);
		await expect(stack.destroy()).rejects.toThrow(/worker-1-kubelet.*network: not reached: no answer in 2 s/s);
		await unblock();
		expect(await kubectl(controlPlane, "get nodes -o name")).toBe("node/cp-1");
		expect((await worker.exec("systemctl is-active kubelet")).stdout).toBe("active\n");
		await stack.destroy();
		expect((await stack.state()).resources ?? []).toEqual([]);
		expect(await leftOn(worker, bare)).toEqual([]);
	});
});

function succeeded({ exitCode, stdout, stderr }: Awaited<ReturnType<LabHost["exec"]>>): string {
	expect(exitCode, `${stdout}${stderr}`).toBe(0);
	return stdout;
}
