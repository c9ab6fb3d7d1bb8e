import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** What takes the API itself away, or the end in the middle: longer than what test/clusters/changes.test.ts shows of the same. */
describe("a cluster of one control plane and one worker", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlane: LabHost;
	const bare = new Map<LabHost, string[]>();
	/** The SSH server is started anew by what cuts the connections. */
	const changed = async (host: LabHost) =>
		differences(bare.get(host)!, await listing(host)).filter((line) => !line.endsWith("/run/sshd.pid"));
	const serves = () => kubectl(controlPlane, "get --raw /readyz");

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		controlPlane = lab.hosts[0]!;
		for (const host of lab.hosts) bare.set(host, await listing(host));
		stack = await testStack("cluster");
		const { cluster } = clusterOn(lab);
		const patience = { dialErrorLimit: 2, perDialTimeout: 2 };
		const patient = (node: (typeof cluster.controlPlanes)[number]) => ({
			...node,
			connection: { ...node.connection, ...patience },
		});
		await stack.configure({
			cluster: {
				...cluster,
				controlPlanes: cluster.controlPlanes.map(patient),
				workers: cluster.workers!.map(patient),
			},
		});
		await stack.up();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("is mended when its API server's manifest is no YAML any more, so that there is no API", async () => {
		await controlPlane.exec("echo 'kind: [Pod' > /etc/kubernetes/manifests/kube-apiserver.yaml", { check: true });
		await until("the kubelet has taken the API server down", 90, async (seen) => {
			const { stdout } = await controlPlane.exec("crictl ps -q --name '^kube-apiserver$'");
			seen(stdout);
			return stdout === "" || undefined;
		});
		const { changes, text } = await stack.preview({ refresh: true });
		expect(changes).toContain("update StaticPodManifest test-cp-1-kube-apiserver");
		expect(text).toContain("kind: [Pod");
		await stack.up({ refresh: true });
		expect(await serves()).toBe("ok");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("is mended when the manifests of its API server and of its etcd are deleted, and serves at the end of that", async () => {
		await controlPlane.exec("rm /etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/manifests/etcd.yaml", {
			check: true,
		});
		await until("the kubelet has taken both down", 90, async (seen) => {
			const { stdout } = await controlPlane.exec("crictl ps -q --name '^(kube-apiserver|etcd)$'");
			seen(stdout);
			return stdout === "" || undefined;
		});
		await stack.up({ refresh: true });
		expect(await serves()).toBe("ok");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("is mended when its administrator is locked out: kubeconfig lost, role binding deleted", async () => {
		await kubectl(controlPlane, "delete clusterrolebinding kubeadm:cluster-admins");
		await controlPlane.exec("rm /etc/kubernetes/admin.conf", { check: true });
		await stack.up({ refresh: true });
		expect(await serves()).toBe("ok");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("is mended when its nodes are deleted from the API", async () => {
		await kubectl(controlPlane, "delete nodes cp-1 worker-1");
		await stack.up({ refresh: true });
		await kubectl(controlPlane, "wait --for=condition=Ready node/cp-1 node/worker-1 --timeout=60s");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("is destroyed also where a manifest is broken, and where the connection is lost again and again in the middle", async () => {
		await controlPlane.exec("echo 'kind: [Pod' > /etc/kubernetes/manifests/kube-scheduler.yaml", { check: true });
		await stack.refresh();
		for (const [command, words] of Object.entries({ systemctl: "stop kubelet", find: "/var/lib/kubelet", rmdir: "" })) {
			await controlPlane.exec(`cat >/usr/local/bin/${command} && chmod 755 /usr/local/bin/${command}`, {
				input: cutAt(command, words),
				check: true,
			});
			await expect(stack.destroy(), command).rejects.toThrow(
				/root@[\d.]+:22: (SSH: the connection was lost|network: )/,
			);
			await controlPlane.exec("systemctl start ssh", { check: true });
		}
		await stack.destroy();
		expect((await stack.state()).resources ?? []).toEqual([]);
		for (const host of lab.hosts) expect(await changed(host), host.name).toEqual([]);
	});
});

/** A command at which, once, the host loses its connections and takes no new ones. */
function cutAt(command: string, words: string): string {
	return `#!/bin/sh
case " $* " in *"${words}"*)
	rm "$0"
	/usr/bin/systemctl stop ssh.socket ssh 2>/dev/null
	pkill -KILL -f 'sshd.*root@'
esac
exec /usr/bin/${command} "$@"
`;
}
