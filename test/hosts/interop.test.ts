import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { clusterOn } from "./support/cluster.ts";
import { kubeadm, kubeadmInit, kubectl } from "./support/kubeadm.ts";
import { differences, listing } from "./support/listing.ts";
import { type TestStack, testStack } from "./support/stack.ts";

/** `kubeadm reset` removes what the kubelet's package keeps its folders with; the other is a terminal's. */
const notOurs = /\/\.kubelet-keep$|\/run\/agetty\.reload$/;

/** What the real kubeadm does on a living cluster of ours, one after the other on the same cluster. */
describe("kubeadm, on a cluster that this package made,", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlane: LabHost;
	let worker: LabHost;
	let bare: string[];
	let program: ReturnType<typeof clusterOn>;
	/** kubeadm on the control plane: what it printed. */
	const said = async (...words: string[]) => succeeded(await kubeadm(controlPlane, words));

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		[controlPlane, worker] = lab.hosts as [LabHost, LabHost];
		bare = await listing(worker);
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

	it("upgrades it to the same version, and nothing has drifted", async () => {
		await said("upgrade", "apply", "--yes", "v1.37.2", ...lab.kubeadmArguments);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("renews all certificates, and the newer ones are taken over", async () => {
		const serial = "openssl x509 -noout -serial -in /etc/kubernetes/pki/apiserver.crt";
		const before = (await controlPlane.exec(serial, { check: true })).stdout;
		await said("certs", "renew", "all");
		expect((await controlPlane.exec(serial, { check: true })).stdout).not.toBe(before);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("joins another host with a BootstrapToken and the hash of the CA", async () => {
		const { token, caCertHash } = await stack.outputs();
		const spare = await lab.addHost("spare-1");
		const joined = await kubeadm(spare, [
			"join",
			`${controlPlane.address}:6443`,
			`--token=${token}`,
			`--discovery-token-ca-cert-hash=${caCertHash}`,
			...lab.kubeadmArguments,
		]);
		succeeded(joined);
		await kubectl(controlPlane, "wait --for=condition=Ready node/spare-1 --timeout=120s");
	});

	it("resets a node, which the program then gives up with what is left of it", async () => {
		succeeded(await kubeadm(worker, ["reset", "--force"]));
		expect((await worker.exec("ls /etc/kubernetes/pki", { check: true })).stdout).toBe("");
		await stack.configure({ ...program, cluster: { ...program.cluster, workers: [] } });
		await stack.up({ refresh: true });
		expect(await kubectl(controlPlane, "get nodes -o name")).toBe("node/cp-1\nnode/spare-1");
		const left = differences(bare, await listing(worker));
		expect(left.filter((line) => !notOurs.test(line))).toEqual([]);
	});
});

describe("a WorkerNode", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlane: LabHost;

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		controlPlane = lab.hosts[0]!;
		stack = await testStack("worker-of-kubeadm");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("joins a cluster that kubeadm init made, and leaves it", async () => {
		const { controlPlanes, workers, ...cluster } = clusterOn(lab).cluster;
		await kubeadmInit(lab, controlPlane, clusterOn(lab).cluster);
		const certificate = await controlPlane.exec("cat /etc/kubernetes/pki/ca.crt", { check: true });
		await stack.configure({
			cluster,
			certificate: certificate.stdout,
			controlPlane: controlPlanes[0]!.connection,
			server: controlPlane.address,
			worker: workers![0]!,
		});
		await stack.up();
		await kubectl(controlPlane, "wait --for=condition=Ready node/worker-1 --timeout=10s");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
		await stack.destroy();
		expect(await kubectl(controlPlane, "get nodes -o name")).toBe("node/cp-1");
	});
});

function succeeded({ exitCode, stdout, stderr }: Awaited<ReturnType<LabHost["exec"]>>): string {
	expect(exitCode, `${stdout}${stderr}`).toBe(0);
	return stdout;
}
