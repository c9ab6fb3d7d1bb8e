import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ensureRequirements, type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { type Fetched, makeBare } from "../clusters/support/bare-machine.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { commandPlugin } from "../clusters/support/command-plugin.ts";
import { kubectl, readyNodes } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** Machines without package repositories: containerd and Kubernetes' programs come from addresses with digests. */
describe("a cluster on machines that fetch their programs", () => {
	let lab: Lab;
	let stack: TestStack;
	let plugin: Awaited<ReturnType<typeof commandPlugin>>;
	let fetched: Record<string, Fetched>;
	const bare = new Map<string, string[]>();
	const versions = async () => {
		const columns = "custom-columns=:metadata.name,:status.nodeInfo.kubeletVersion,:spec.unschedulable";
		const lines = (await kubectl(lab.hosts[0]!, `get nodes --no-headers -o ${columns}`)).trim().split("\n");
		return lines.map((line) => line.split(/\s+/).join(" "));
	};

	beforeAll(async () => {
		await ensureRequirements({ gpg: "gnupg" });
		plugin = await commandPlugin();
		vi.stubEnv("PATH", plugin.path);
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		({ fetched } = await makeBare(lab.hosts, ["1.37.2", "1.37.3"], "1.37.4"));
		for (const host of lab.hosts) {
			await host.exec("rm -rf /etc/apt/sources.list /var/lib/apt/lists/*", { check: true });
			bare.set(host.name, await listing(host));
		}
		stack = await testStack("cluster");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
		await plugin?.remove();
		vi.unstubAllEnvs();
	});

	it("comes up in one up, and nothing differs afterwards", async () => {
		await stack.configure(clusterOn(lab, { prepare: fetched["1.37.2"] }));
		await stack.up();
		expect(await readyNodes(lab.hosts[0]!)).toEqual(["cp-1", "worker-1"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("gets the kubelets of a changed version one after the other", async () => {
		for (const host of lab.hosts) await host.exec(TAG_IMAGES, { check: true });
		await stack.configure(clusterOn(lab, { prepare: fetched["1.37.3"], kubernetesVersion: "1.37.3" }));
		await stack.up();
		expect(await versions()).toEqual(["cp-1 v1.37.3 <none>", "worker-1 v1.37.3 <none>"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("gets its last kubelet back where the new one does not run", async () => {
		const { containerd } = fetched["1.37.3"]!;
		const { binaries } = fetched["1.37.4"]!.kubernetesPackages;
		const prepare = { containerd, kubernetesPackages: { version: "1.37.4", binaries } };
		await stack.configure(clusterOn(lab, { prepare, kubernetesVersion: "1.37.3" }));
		await expect(stack.up()).rejects.toThrow(/cp-1: kubelet 1\.37\.3 is put back, and the kubelet runs again/);
		expect(await versions()).toEqual(["cp-1 v1.37.3 <none>", "worker-1 v1.37.3 <none>"]);
	});

	it("lets a worker go whose machine is gone for good, without contact to it", async () => {
		const worker = lab.host("worker-1");
		const { controlPlanes, workers } = clusterOn(lab).cluster;
		const program = (of: object) => clusterOn(lab, { prepare: fetched["1.37.3"]!, kubernetesVersion: "1.37.3", ...of });
		await stack.configure(program({ controlPlanes, workers }));
		await stack.up({ refresh: true });
		await worker.powerOff();
		await stack.configure(program({ controlPlanes, workers: workers!.map((node) => ({ ...node, gone: true })) }));
		await stack.up();
		expect(await kubectl(lab.hosts[0]!, "get nodes -o name")).toBe("node/cp-1");
		await stack.configure(program({ controlPlanes, workers: [] }));
		const { changes } = await stack.up();
		expect(changes.filter((change) => change.startsWith("delete"))).not.toEqual([]);
		expect(JSON.stringify(await stack.stored())).not.toContain("worker-1");
	});

	it("leaves its host as it was", async () => {
		await stack.destroy();
		const left = async (host: LabHost) => differences(bare.get(host.name)!, await listing(host));
		expect((await left(lab.host("cp-1"))).filter((line) => !ofSystemd.test(line))).toEqual([]);
	});
});

/** Gives the images of Kubernetes the tag of the version after theirs, as no registry is in reach. */
const TAG_IMAGES = `
for image in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
	ctr -n k8s.io images tag registry.k8s.io/$image:v1.37.2 registry.k8s.io/$image:v1.37.3
done`;

/** Units that something names and nothing has. */
const ofSystemd = /^- unit \S+ not-found /;
