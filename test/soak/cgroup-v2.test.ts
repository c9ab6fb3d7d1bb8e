import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Guest, guestRefusal, startGuest } from "../../lab/guest/index.ts";
import { until } from "../../lab/index.ts";
import type { ClusterProgram } from "../clusters/programs/cluster/index.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

const refusal = guestRefusal();
const how = refusal ? `(not tried: ${refusal})` : "in a virtual machine";
if (refusal) console.log(`cgroup v2 is not tried: ${refusal}`);

const minute = 60_000;
/** Emulated processors need many times as long as others. */
const patient = { controlPlaneComponentHealthCheck: "20m", kubeletHealthCheck: "10m", kubernetesAPICall: "5m" };

describe.skipIf(refusal !== undefined)(`a cluster on a machine with cgroup v2 ${how}`, () => {
	let guest: Guest;
	let stack: TestStack;
	let before: string[];
	const say = async (command: string) =>
		(await guest.exec(command, { check: true, timeout: 5 * minute })).stdout.trim();
	const kubectl = (words: string) =>
		say(`kubectl --cache-dir /tmp/kubectl --kubeconfig /etc/kubernetes/admin.conf ${words}`);

	beforeAll(async () => {
		guest = await startGuest({ name: "cp-1" });
		before = await listing(guest);
		stack = await testStack("cluster");
		await stack.configure(clusterOn(guest));
	}, 20 * minute);

	afterAll(async () => {
		await guest?.stop();
		await stack?.remove();
	});

	it("is tried on a machine whose control groups are the unified hierarchy alone", async () => {
		expect(await say("stat -fc %T /sys/fs/cgroup; grep -c '^cgroup ' /proc/mounts || true")).toBe("cgroup2fs\n0");
	});

	it(
		"is made with kubeadm's own defaults: the node is Ready and DNS answers",
		async () => {
			await stack.up();
			await until("the node is Ready", 15 * 60, async (seen) => {
				const found = await kubectl(`get nodes -o 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'`);
				seen(found);
				return found === "True" || undefined;
			});
			await kubectl("-n kube-system rollout status deployment/coredns --timeout=4m");
			await kubectl("run web --image=lab.local/web:1 --port=8080 --expose");
			await kubectl("wait --for=condition=Ready pod/web --timeout=4m");
			expect(await kubectl("exec web -- web lookup kubernetes.default.svc.cluster.local")).toBe("198.19.128.1");
			await kubectl("delete pod,service web --now");
		},
		45 * minute,
	);

	it("is known to have cgroup v2, and has its pods in slices of systemd", async () => {
		const { resources } = await stack.state();
		const host = resources.find(({ type }: { type: string }) => type.endsWith(":Host"));
		expect(host.outputs.facts).toMatchObject({ cgroupVersion: 2, defaultRouteAddress: guest.address });
		expect(await say("cat /var/lib/kubelet/config.yaml")).toMatch(/^cgroupDriver: systemd$/m);
		expect(await say("cat /var/lib/kubelet/config.yaml")).not.toContain("failCgroupV1");
		expect(await say("systemctl is-active kubepods.slice")).toBe("active");
	});

	it(
		"is left alone by a preview after a refresh",
		async () => {
			expect((await stack.preview({ refresh: true })).changes).toEqual([]);
		},
		15 * minute,
	);

	it(
		"leaves the machine as it was when it is destroyed",
		async () => {
			await stack.destroy();
			await until(
				"the kubelet's service between two tries",
				120,
				async () => (await say("systemctl show -p SubState kubelet")).includes("auto-restart") || undefined,
			);
			expect(differences(before, await listing(guest))).toEqual([]);
		},
		20 * minute,
	);
});

/** Nothing is said of the kubelet or of kube-proxy. */
function clusterOn({ name, connection, address, podSubnet, serviceSubnet }: Guest): ClusterProgram {
	return {
		cluster: {
			kubernetesVersion: "1.37.2",
			networking: { podSubnet, serviceSubnet },
			controlPlanes: [
				{
					name,
					connection: { ...connection, perDialTimeout: 60 },
					localAPIEndpoint: { advertiseAddress: address },
					// Its only node has to take the pods of CoreDNS.
					nodeRegistration: { taints: [] },
					timeouts: patient,
				},
			],
		},
		ready: false,
	};
}
