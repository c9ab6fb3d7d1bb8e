import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { attempt, finish, impatient } from "./support/attempt.ts";
import { addFlag, badFlag, type Failure, halfway, inCertificates, onTheHost, onTheWay } from "./support/failures.ts";
import { type TestStack, testStack } from "./support/stack.ts";

/** One bring-up that meets one obstacle after the other: each attempt names the layer, and goes on where the last one stopped. */
describe("an up that fails names the layer, what was seen and the next command", () => {
	let lab: Lab;
	let host: LabHost;
	let stack: TestStack;

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }] });
		host = lab.host("cp-1");
		stack = await testStack("cluster");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	const obstacles: Record<string, Failure> = {
		"an SSH key that the host does not accept": onTheWay["an SSH key that the host does not accept"]!,
		"a user who may not use sudo": onTheWay["a user who may not use sudo"]!,
		"a CA that has expired": inCertificates["a CA that has expired"]!,
		"a disk that is full": halfway["a disk that is full"]!,
		"port 6443 taken": onTheHost["port 6443 taken"]!,
		"a disk of etcd's that is full": halfway["a disk of etcd's that is full"]!,
		"an API server with a bad flag": halfway["an API server with a bad flag"]!,
	};

	it.each(Object.entries(obstacles))("with %s", async (_what, failure) => {
		await attempt({ lab, host, stack, failure });
	});

	it("is finished by the next one once all is mended, and says what it waits for in short lines", async () => {
		const said = await finish({ lab, host, stack });
		// What takes less than 5 s is not told.
		const lines = [...said.matchAll(/cp-1: .* \(\d+ s of \d+ s\)$/gm)].map(([line]) => line);
		for (const line of lines) expect(line.length, line).toBeLessThan(120);
		expect(said).not.toMatch(/^\s*next:/m);
	});

	it("undoes the change of a running API server that does not come up with it, and makes it once it is right", async () => {
		const program = impatient(lab, host);
		badFlag(program);
		await stack.configure(program);
		const said = await stack.up().then(
			() => "up succeeded",
			(error: Error) => error.message,
		);
		expect(said).toMatch(
			/cp-1: kube-apiserver: ends at once: Error: unknown flag: --no-such-flag \(after \d+ s of 90 s\)/,
		);
		expect(said).toMatch(/layer: container exit\n\s+the container ended with exit code 1; its last lines:/);
		expect(said).toMatch(
			/cp-1: \/etc\/kubernetes\/manifests\/kube-apiserver\.yaml: the last manifest that served is put back, and kube-apiserver serves again/,
		);
		const { stdout } = await host.exec(
			"cat /etc/kubernetes/manifests/kube-apiserver.yaml; ls /var/lib/pulumi-kubeadm",
			{ check: true },
		);
		expect(stdout).not.toContain("no-such-flag");
		const mended = impatient(lab, host);
		addFlag(mended, "v", "1");
		await stack.configure(mended);
		await stack.up();
		expect((await host.exec("pgrep -a kube-apiserver", { check: true })).stdout).toContain("--v=1");
	});

	it.each([
		{
			setting: { featureGates: { NoSuchGate: true } },
			says: /cp-1: kubelet: ends at once: panic: .*unrecognized feature gate: NoSuchGate \(after \d s of 60 s\)\n\s+layer: kubelet configuration\n\s+panic: .*unrecognized feature gate: NoSuchGate/,
		},
		{
			setting: {
				enforceNodeAllocatable: ["pods", "system-reserved"],
				systemReserved: { cpu: "100m" },
				systemReservedCgroup: "/no-such",
			},
			says: /cp-1: kubelet: ends again and again: "Failed to start ContainerManager" err="Failed to enforce System Reserved Cgroup Limits .* \(after \d\d? s of 60 s\)\n\s+layer: kubelet\n\s+.*\n\s+E\d{4} .*"Failed to start ContainerManager"/,
		},
	])("puts the last configuration back where the kubelet does not run with $setting", async ({ setting, says }) => {
		const config = async () => (await host.exec("cat /var/lib/kubelet/config.yaml", { check: true })).stdout;
		const before = await config();
		const program = impatient(lab, host);
		addFlag(program, "v", "1");
		program.cluster.kubelet = { ...program.cluster.kubelet, ...setting };
		await stack.configure(program);
		const said = await stack.up().then(
			() => "up succeeded",
			(error: Error) => error.message,
		);
		expect(said).toMatch(says);
		expect(said).toMatch(/cp-1: the kubelet's last configuration that worked is put back, and the kubelet runs again/);
		expect(await config()).toBe(before);
		expect((await host.exec("ls /var/lib/pulumi-kubeadm/undo")).stdout).toBe("");
	});

	it("has nothing to do once the kubelet's setting is taken back", async () => {
		const program = impatient(lab, host);
		addFlag(program, "v", "1");
		await stack.configure(program);
		await stack.up();
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("refuses in preview a flag by which the kubelet's probes would fail, and says what to use instead", async () => {
		const program = impatient(lab, host);
		addFlag(program, "anonymous-auth", "false");
		await stack.configure(program);
		await expect(stack.preview()).rejects.toThrow(
			/apiServer\.extraArgs: expected no anonymous-auth=false.*anonymous\.conditions for \/livez, \/readyz and \/healthz/,
		);
	});
});
