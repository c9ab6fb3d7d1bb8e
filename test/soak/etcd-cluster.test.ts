import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab, until } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { inEtcd, voters } from "../clusters/support/etcd.ts";
import { kubectl, readyNodes } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

const all = ["etcd-1", "etcd-2", "etcd-3"];
const withFlag = { etcd: { extraArgs: [{ name: "max-learners", value: "2" }] } };
const withName = { etcd: { ...withFlag.etcd, serverCertSANs: ["etcd.example"] } };

/** The life of an etcd cluster on hosts of its own, and of a control plane that uses it. */
describe("three hosts with etcd alone, and a control plane", () => {
	let lab: Lab;
	let stack: TestStack;
	const bare = new Map<string, string[]>();
	const host = (name: string) => lab.hosts.find((each) => each.name === name)!;
	const program = (names: string[], etcd: object = {}) => {
		const { controlPlanes, workers = [], kubernetesVersion, kubelet } = clusterOn(lab).cluster;
		const members = names.map((name) => workers.find((machine) => machine.name === name)!);
		const { cluster } = clusterOn(lab, { controlPlanes, workers: [] });
		return { cluster, etcd: { kubernetesVersion, kubelet, members, ...etcd } };
	};
	const members = async (name: string) => voters(host(name));
	const isAsBefore = async (name: string) =>
		expect(differences(bare.get(name)!, await listing(host(name)))).toEqual([]);

	beforeAll(async () => {
		lab = await startLab({ hosts: ["cp-1", ...all].map((name) => ({ name })) });
		for (const each of lab.hosts) bare.set(each.name, await listing(each));
		stack = await testStack("cluster");
		await stack.configure(program(all));
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("are made by one up: every member votes, the API server keeps its objects there, and the node is Ready", async () => {
		expect((await stack.preview()).changes).toContain("create StandaloneKubelet etcd-etcd-1-kubelet");
		await stack.up();
		expect(await members("etcd-1")).toEqual(all);
		expect(await kubectl(host("cp-1"), "get --raw /readyz")).toBe("ok");
		expect(await readyNodes(host("cp-1"))).toEqual(["cp-1"]);
		expect(await inEtcd(host("etcd-2"), "/registry/namespaces/kube-system")).toContain("kube-system");
		const { stdout: manifests } = await host("etcd-1").exec("ls /etc/kubernetes /etc/kubernetes/manifests", {
			check: true,
		});
		expect(manifests.split(/\s+/).filter((name) => /\.(conf|yaml)$/.test(name))).toEqual(["etcd.yaml"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("keep no key of a member or of the API server's client in the state", async () => {
		const state = await stack.state();
		const certificates = state.resources.filter(({ type }: { type: string }) => type.endsWith(":Certificate"));
		expect(certificates).not.toEqual([]);
		expect(JSON.stringify(certificates)).not.toContain("PRIVATE KEY");
	});

	it("change a flag of etcd on one host after the other", async () => {
		await stack.configure(program(all, withFlag));
		const { text } = await stack.up();
		const changed = [...text.matchAll(/~ .*StaticPodManifest etcd-(etcd-\d)-etcd (updating|updated) /g)];
		expect(changed.map(([, node, what]) => `${node} ${what}`)).toEqual(
			all.flatMap((node) => [`${node} updating`, `${node} updated`]),
		);
		const words = `tr '\\0' '\\n' </proc/$(pgrep -x etcd)/cmdline`;
		for (const name of all)
			expect((await host(name).exec(words, { check: true })).stdout).toContain("--max-learners=2\n");
		expect(await kubectl(host("cp-1"), "get --raw /readyz")).toBe("ok");
	});

	it("take new certificates up without a restart of etcd", async () => {
		const processes = () =>
			Promise.all(all.map(async (name) => (await host(name).exec("pgrep -x etcd", { check: true })).stdout));
		const before = await processes();
		await stack.configure(program(all, withName));
		await stack.up();
		for (const name of all) {
			const shown = `openssl s_client -connect ${host(name).address}:2379 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName`;
			expect((await host(name).exec(shown, { check: true })).stdout).toContain("DNS:etcd.example");
		}
		expect(await processes()).toEqual(before);
	});

	it("stop at the first host with a flag that etcd refuses; it serves again, and the program that is set back plans nothing", async () => {
		await stack.configure(
			program(all, { etcd: { ...withName.etcd, extraArgs: [{ name: "no-such-flag", value: "1" }] } }),
		);
		await expect(stack.up()).rejects.toThrow(
			"etcd-1: /etc/kubernetes/manifests/etcd.yaml: the last manifest that served is put back, and etcd serves again",
		);
		expect(await members("etcd-2")).toEqual(all);
		await stack.configure(program(all, withName));
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("put a kubelet's settings back with which it does not run, while etcd goes on", async () => {
		const { kubelet } = clusterOn(lab).cluster;
		await stack.configure(
			program(all, { ...withName, kubelet: { ...(kubelet as object), featureGates: { NoSuchGate: true } } }),
		);
		await expect(stack.up()).rejects.toThrow(
			"etcd-1: the kubelet's last configuration that worked is put back, and the kubelet runs again",
		);
		expect(await members("etcd-1")).toEqual(all);
	});

	it("let a member join anew whose data is lost", async () => {
		await stack.configure(program(all, withName));
		await host("etcd-3").exec(
			"systemctl stop kubelet; crictl stop $(crictl ps -q); rm -r /var/lib/etcd/member; systemctl start kubelet",
			{
				check: true,
			},
		);
		await until("the preview sees it", 120, async (seen) => {
			const { changes } = await stack.preview({ refresh: true });
			seen(changes.join("; "));
			return changes.includes("update EtcdData etcd-etcd-3-etcd-data") || undefined;
		});
		await stack.up({ refresh: true });
		expect(await members("etcd-3")).toEqual(all);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("let a member go, whose host is then as before, and take it back as one that joins", async () => {
		await stack.configure(program(["etcd-2", "etcd-3"], withName));
		await stack.up();
		expect(await members("etcd-2")).toEqual(["etcd-2", "etcd-3"]);
		await isAsBefore("etcd-1");
		await stack.configure(program(all, withName));
		await stack.up();
		expect(await members("etcd-1")).toEqual(all);
		const servers = await host("cp-1").exec("grep etcd-servers /etc/kubernetes/manifests/kube-apiserver.yaml", {
			check: true,
		});
		expect(servers.stdout.trim()).toBe(
			`- --etcd-servers=${all.map((name) => `https://${host(name).address}:2379`).join(",")}`,
		);
		expect(await kubectl(host("cp-1"), "get --raw /readyz")).toBe("ok");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("leave all hosts as they were", async () => {
		await stack.destroy();
		for (const each of lab.hosts) await isAsBefore(each.name);
	});
});
