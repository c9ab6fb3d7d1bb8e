import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { runtimeEndpoint } from "../../provider/hosts/container-runtime/endpoint";
import { lastLogLines } from "../../provider/hosts/container-runtime/log";
import { type ContainerRuntime, leaveRuntime, withRuntime } from "../../provider/hosts/container-runtime/runtime";
import { type ConnectedHost, connect, disconnectAll } from "../../provider/hosts/ssh/ssh";
import { differences, listing } from "./support/listing.ts";

/** A pod as the kubelet makes one, with a container that says two lines and fails, and one that runs on. */
const PODS = `
set -e
image=$(ctr -n k8s.io images ls -q | grep /etcd: | head -n 1)
cd "$(mktemp -d)"
name() { echo '"labels": { "io.kubernetes.container.name": "'$1'", "io.kubernetes.pod.namespace": "kube-system" }'; }
echo '{ "metadata": { "name": "proof-cp-1", "namespace": "kube-system", "uid": "u1", "attempt": 1 }, "labels": { "component": "proof" },
  "log_directory": "/var/log/pods/proof", "linux": { "security_context": { "namespace_options": { "network": 2 } } } }' > pod.json
pod=$(crictl runp pod.json)
container() {
	echo '{ "metadata": { "name": "'$1'", "attempt": '$2' }, "image": { "image": "'$image'" }, "command": '$3', "log_path": "'$1.log'", '$(name $1)' }' > $1.json
	id=$(crictl create "$pod" $1.json pod.json)
	crictl start "$id" >/dev/null
}
container fails 3 '["etcd", "--no-such-flag"]'
container runs 0 '["etcd", "--data-dir=/tmp/proof", "--listen-client-urls=http://127.0.0.1:12379", "--advertise-client-urls=http://127.0.0.1:12379", "--listen-peer-urls=http://127.0.0.1:12380"]'
`;

describe.each(["root", "admin"])("the container runtime of a host that is reached as %s", (user) => {
	let lab: Lab;
	let machine: LabHost;
	let host: ConnectedHost;
	let endpoint: string;
	let before: string[];
	const onHost = async (script: string) => (await machine.exec(script, { check: true })).stdout.trim();
	const runtime = <T>(use: (runtime: ContainerRuntime) => Promise<T>) => withRuntime(host, endpoint, use);
	const relays = () =>
		onHost("systemctl list-units --all --no-legend --plain 'pulumi-kubeadm-*'; ls /run | grep pulumi-kubeadm; true");

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }] });
		machine = lab.host("cp-1");
		const { sshKeyFile: privateKeyFile, knownHostsFile } = lab;
		host = await connect({ host: machine.address, user, privateKeyFile, knownHostsFile });
		// sudo writes down in a user's home that it was used.
		endpoint = await runtimeEndpoint(host);
		before = await listing(machine);
		await onHost(PODS);
	});

	afterAll(async () => {
		await disconnectAll();
		await lab?.stop();
	});

	it("is where kubeadm expects it, until the kubelet is told another", async () => {
		expect(endpoint).toBe("unix:///var/run/containerd/containerd.sock");
		await onHost(
			"mkdir -p /var/lib/kubelet && echo 'containerRuntimeEndpoint: \"unix:///run/other.sock\"' > /var/lib/kubelet/instance-config.yaml",
		);
		expect(await runtimeEndpoint(host)).toBe("unix:///run/other.sock");
		await onHost("rm /var/lib/kubelet/instance-config.yaml");
	});

	it("lists the pods that crictl lists", async () => {
		const { items } = JSON.parse(await onHost("crictl pods -o json"));
		const [pod] = items;
		expect(await runtime(({ listSandboxes }) => listSandboxes())).toEqual([
			{
				id: pod.id,
				metadata: { name: "proof-cp-1", namespace: "kube-system" },
				createdAt: Number(pod.createdAt),
				labels: { component: "proof" },
			},
		]);
	});

	it("says of a container what crictl says, and nothing of one that is gone", async () => {
		const id = await onHost("crictl ps -a -q --name '^fails$'");
		const { status } = JSON.parse(await onHost(`crictl inspect ${id}`));
		const seen = await runtime(async ({ listContainers, containerStatus }) => {
			const [newest] = await listContainers({ name: "fails", namespace: "kube-system", state: "CONTAINER_EXITED" });
			return containerStatus(newest!.id);
		});
		const nanoseconds = (time: string) => new Date(time).getTime() * 1e6;
		expect(seen).toMatchObject({
			id,
			metadata: { name: "fails", attempt: 3 },
			state: "CONTAINER_EXITED",
			exitCode: status.exitCode,
			logPath: "/var/log/pods/proof/fails.log",
		});
		expect(status.exitCode).not.toBe(0);
		expect(Math.abs(seen!.startedAt - nanoseconds(status.startedAt))).toBeLessThan(1e6);
		expect(Math.abs(seen!.createdAt - nanoseconds(status.createdAt))).toBeLessThan(1e6);
		expect(await runtime(({ containerStatus }) => containerStatus("0".repeat(64)))).toBeUndefined();
		expect(await runtime(({ listContainers }) => listContainers({ name: "fails", namespace: "default" }))).toEqual([]);
	});

	it("shows the last lines of a container's log as crictl does", async () => {
		const shownByCrictl = () => onHost("crictl logs --tail 3 $(crictl ps -a -q --name '^runs$') 2>&1");
		const { logPath } = (await runtime(async ({ listContainers, containerStatus }) => {
			const [newest] = await listContainers({ name: "runs", namespace: "kube-system" });
			return containerStatus(newest!.id);
		}))!;
		const { lines, shown } = await until("a container that logs nothing between two looks", 60, async () => {
			const before = await shownByCrictl();
			const lines = await lastLogLines(host, logPath, 3);
			return before === (await shownByCrictl()) ? { lines, shown: before.split("\n") } : undefined;
		});
		expect(shown).toHaveLength(3);
		expect(lines).toEqual(shown);
	});

	it("takes the relay over that another process left, and makes it anew when it ended", async () => {
		const [unit] = (await relays()).split("\n");
		expect(unit === "").toBe(user === "root");
		if (user === "root") return;
		expect(await onHost("stat -c '%a %U' /run/pulumi-kubeadm-*.sock")).toBe("600 admin");
		const other = await machine.exec(
			"runuser -u nosudo -- ls /run/containerd/containerd.sock; runuser -u nosudo -- bash -c 'echo > /run/pulumi-kubeadm-*.sock'",
		);
		expect(other.stderr).toMatch(/ermission denied/);
		await onHost("systemctl stop 'pulumi-kubeadm-relay-*.service'");
		await until("end of the relay", 10, async () => (await relays()) === "" || undefined);
		expect(await runtime(({ listSandboxes }) => listSandboxes())).toHaveLength(1);
	});

	it("repeats a call whose connection was cut", async () => {
		const cut =
			user === "root"
				? "pkill -KILL -P $(systemctl show -p MainPID --value ssh)"
				: "systemctl stop 'pulumi-kubeadm-relay-*.service'";
		await runtime(async ({ listSandboxes }) => {
			await listSandboxes();
			await onHost(cut);
			expect(await listSandboxes()).toHaveLength(1);
		});
	});

	it("serves many at once while one after another leaves it", async () => {
		const look = async () => {
			const pods = await runtime(({ listSandboxes }) => listSandboxes());
			await leaveRuntime(host, endpoint);
			return pods.length;
		};
		const rounds = Array.from({ length: 8 }, async () => [await look(), await look(), await look()]);
		expect((await Promise.all(rounds)).flat()).toEqual(Array(24).fill(1));
		expect(await relays()).toBe("");
	});

	it("answers with its own words where something is wrong, and the next command", async () => {
		await expect(withRuntime(host, "unix:///run/nobody.sock", ({ listSandboxes }) => listSandboxes())).rejects.toThrow(
			/^\S+@\S+: container runtime: nothing listens on \/run\/nobody\.sock\n {2}next: ssh .*containerd/,
		);
		await expect(runtime(({ containerStatus }) => containerStatus(""))).rejects.toThrow(
			/^\S+@\S+: container runtime: ContainerStatus: [A-Z_]+: .*\n {2}next: ssh .*journalctl -xeu containerd/,
		);
	});

	it("stops and removes, also what is gone already, and leaves nothing on the host", async () => {
		await runtime(async ({ listContainers, stopContainer, listSandboxes, stopSandbox, removeSandbox }) => {
			const [{ id }] = (await listContainers({ name: "runs", namespace: "kube-system" })) as unknown as [
				{ id: string },
			];
			await stopContainer(id, 0);
			expect(await onHost(`crictl inspect -o go-template --template '{{.status.state}}' ${id}`)).toBe(
				"CONTAINER_EXITED",
			);
			const [pod] = await listSandboxes();
			for (let times = 0; times < 2; times++) {
				await stopSandbox(pod!.id);
				await removeSandbox(pod!.id);
			}
			expect(await onHost("crictl pods -q")).toBe("");
		});
		await leaveRuntime(host, endpoint);
		expect(await relays()).toBe("");
		expect(differences(before, await listing(machine))).toEqual([]);
	});
});
