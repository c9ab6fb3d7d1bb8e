import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { clusterOn } from "./support/cluster.ts";
import { type TestStack, testStack } from "./support/stack.ts";

/** What changes around a cluster while it runs. Its addresses come from resources of the same program, and it is reached through sudo. */
describe("a cluster on machines that the same program makes", () => {
	let lab: Lab;
	let stack: TestStack;
	let host: LabHost;
	const onHost = async (command: string) => (await host.exec(command, { check: true })).stdout.trim();
	const program = (user: string, more: object = {}) => {
		const { cluster } = clusterOn(lab);
		const controlPlanes = cluster.controlPlanes.map((node) => ({
			...node,
			connection: { ...node.connection, user, dialErrorLimit: 2, perDialTimeout: 3 },
		}));
		return { machines: true, ready: false, cluster: { ...cluster, controlPlanes }, ...more };
	};
	/** What must not move when only the state is to change: when files were written, and which containers run. */
	const traces = () =>
		onHost("find /etc/kubernetes /var/lib/kubelet/*.yaml -type f -printf '%T@ %p\\n' | sort; crictl ps -q | sort");

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }] });
		host = lab.host("cp-1");
		stack = await testStack("cluster");
		await stack.configure(program("admin"));
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("is previewed before any address is known: only what depends on one is unknown", async () => {
		const { text } = await stack.preview();
		expect(text).not.toContain("04da6b54");
		expect(text).toContain('"--authorization-mode=Node,RBAC"');
		expect(text).toMatch(/\[\d+\]: \[unknown\]/);
		expect(text).not.toContain(host.address.replace(/^/, "--advertise-address="));
	});

	it("is made through a user who needs sudo, and differs from nothing afterwards", async () => {
		await stack.up();
		expect(await onHost("stat -c '%a %U' /etc/kubernetes/admin.conf")).toBe("600 root");
		expect((await stack.preview()).changes).toEqual([]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("changes its state only when other credentials reach the same machine", async () => {
		const before = await traces();
		await stack.configure(program("root"));
		expect((await stack.up()).changes.length).toBeGreaterThan(0);
		expect(await traces()).toBe(before);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("gives a user of the program's own what the groups of the certificate allow", async () => {
		await stack.configure(program("root", { users: { viewer: ["lab:viewers"] } }));
		await stack.up();
		const { kubeconfigs } = (await stack.outputs()) as { kubeconfigs: Record<string, string> };
		await host.exec("cat > /tmp/viewer.conf", { input: kubeconfigs["viewer"]!, check: true });
		const whoami = await onHost(
			"kubectl --cache-dir /tmp/kubectl --kubeconfig /tmp/viewer.conf auth whoami -o jsonpath='{.status.userInfo.username} {.status.userInfo.groups[0]}'",
		);
		expect(whoami).toBe("viewer lab:viewers");
		expect(
			(await host.exec("kubectl --cache-dir /tmp/kubectl --kubeconfig /tmp/viewer.conf get nodes")).stderr,
		).toContain("forbidden");
	});

	it("keeps a file whose resource is renamed, and removes it with the new resource", async () => {
		const file = { path: "/etc/kubernetes/audit/policy.yaml", content: "rules: []\n" };
		await stack.configure(program("root", { files: { first: file } }));
		await stack.up();
		await stack.configure(program("root", { files: { second: file } }));
		expect((await stack.up()).changes.sort()).toEqual(["create HostFile second", "delete HostFile first"]);
		expect(await onHost(`cat ${file.path}`)).toBe("rules: []");
		await stack.configure(program("root"));
		await stack.up();
		expect((await host.exec("ls /etc/kubernetes/audit")).exitCode).not.toBe(0);
	});

	it("refuses to write over a file that someone edited since it was last seen", async () => {
		const file = (content: string) =>
			program("root", { files: { policy: { path: "/etc/kubernetes/policy.yaml", content } } });
		await stack.configure(file("first\n"));
		await stack.up();
		await onHost("echo edited > /etc/kubernetes/policy.yaml");
		await stack.configure(file("second\n"));
		await expect(stack.up()).rejects.toThrow(
			/\/etc\/kubernetes\/policy\.yaml: expected the content that was last seen.*pulumi refresh/s,
		);
		expect(await onHost("cat /etc/kubernetes/policy.yaml")).toBe("edited");
		await stack.up({ refresh: true });
		expect(await onHost("cat /etc/kubernetes/policy.yaml")).toBe("second");
	});

	it("refuses what would break it, before anything is touched", async () => {
		const { cluster, ...rest } = program("root");
		await stack.configure({
			...rest,
			cluster: {
				...cluster,
				networking: { ...cluster.networking, dnsDomain: "other.local" },
				kubernetesVersion: "1.35.0",
			},
		});
		await expect(stack.preview()).rejects.toThrow(/kubernetesVersion/);
		await stack.configure({
			...rest,
			cluster: { ...cluster, networking: { ...cluster.networking, dnsDomain: "other.local" } },
		});
		await expect(stack.preview()).rejects.toThrow(
			/networking\.dnsDomain.*expected "cluster\.local" as the running cluster has it/s,
		);
	});

	it("is an error and not gone when its host cannot be reached", async () => {
		await stack.configure(program("root"));
		await stack.up();
		await host.powerOff();
		await expect(stack.refresh()).rejects.toThrow(/198\.18\.\d+\.\d+/);
		expect(JSON.stringify(await stack.state())).toContain("StaticPodManifest");
	});

	it("is removed from the state when its host is said to be gone for good", async () => {
		await expect(stack.destroy()).rejects.toThrow(/198\.18\.\d+\.\d+/);
		await stack.destroy({ env: { PULUMI_KUBEADM_GONE_HOSTS: host.address } });
		expect((await stack.state()).resources ?? []).toEqual([]);
	});
});
