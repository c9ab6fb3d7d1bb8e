import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab } from "../../lab/index.ts";
import { inEtcd, voters } from "../clusters/support/etcd.ts";
import { kubectl, readyNodes } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type Example, exampleOn, virtualAddress } from "./support/example.ts";

const up = ["pulumi", "up", "--yes", "--skip-preview", "--suppress-progress"];
const preview = ["pulumi", "preview", "--suppress-progress"];
const awaitNodes = "wait --for=condition=Ready nodes --all --timeout=180s";

/** One after the other on the same hosts: each leaves them as it found them. */
describe("the program of the example", { timeout: 1_800_000 }, () => {
	let lab: Lab;
	const bare = new Map<string, string[]>();

	beforeAll(async () => {
		lab = await startLab({ hosts: 5 });
		for (const host of lab.hosts) {
			// sudo itself leaves a file in the home of an administrator who uses it for the first time.
			await host.exec("su --login admin --command 'sudo --non-interactive true'", { check: true });
			bare.set(host.name, await listing(host));
		}
	});

	afterAll(() => lab?.stop());

	/** Configures an example, uses it, and looks at the hosts when it has destroyed what it made. */
	const used = async (name: string, use: (example: Example) => Promise<void>) => {
		const example = await exampleOn(lab, name);
		try {
			await example.configure();
			await use(example);
		} finally {
			await example.remove();
		}
		for (const host of lab.hosts) expect(differences(bare.get(host.name)!, await listing(host)), host.name).toEqual([]);
	};
	/** The same for a program of Pulumi's command line, which is up, and differs from nothing, while it is used. */
	const made = (name: string, use: (example: Example) => Promise<void>) =>
		used(name, async (example) => {
			await example.run(up);
			await use(example);
			await example.run([...preview, "--expect-no-changes"]);
			await example.run(["pulumi", "destroy", "--yes", "--skip-preview"]);
		});
	const outputsOf = async ({ run }: Example) =>
		JSON.parse(await run(["pulumi", "stack", "output", "--json", "--show-secrets"]));

	it("single-node makes a machine that takes pods", () =>
		made("single-node", async (example) => {
			const node = example.host("192.0.2.11");
			expect(await readyNodes(node)).toEqual(["node-1"]);
			await kubectl(node, "wait --for=condition=Available deployment/web --timeout=120s");
			expect(await kubectl(node, "get pods -o jsonpath={.items[*].spec.nodeName}")).toBe("node-1");
			const { kubeconfig } = await outputsOf(example);
			expect(await example.kubectl(kubeconfig, "get --raw /readyz")).toBe("ok");
		}));

	it("ha-virtual-ip makes three control planes behind one address, and rolls kubelets through the workers", () =>
		made("ha-virtual-ip", async (example) => {
			const { kubeconfig, server } = await outputsOf(example);
			expect(server).toBe(`https://${virtualAddress(lab)}:8443`);
			expect(kubeconfig).toContain(`server: ${server}\n`);
			expect(await example.kubectl(kubeconfig, "get --raw /readyz")).toBe("ok");
			await example.kubectl(kubeconfig, awaitNodes);
			expect(await readyNodes(example.host("192.0.2.12"))).toEqual(["cp-1", "cp-2", "cp-3", "worker-1", "worker-2"]);

			await example.run(["pulumi", "config", "set", "--path", "cluster.kubelet.maxPods", "200"]);
			expect(await example.run([...preview, "--diff"])).toContain("kubelet on worker-1 after worker-2");
			const text = await example.run(up.filter((word) => word !== "--suppress-progress"));
			const changed = [...text.matchAll(/:Kubelet ha-(worker-\d)-kubelet (updating|updated) /g)];
			expect([...new Set(changed.map(([, node, what]) => `${node} ${what}`))]).toEqual([
				"worker-2 updating",
				"worker-2 updated",
				"worker-1 updating",
				"worker-1 updated",
			]);
			const capacity = "get nodes -o jsonpath={.items[*].status.capacity.pods}";
			expect(await example.kubectl(kubeconfig, capacity)).toBe("200 200 200 200 200");
		}));

	it("external-etcd keeps what is in the API on the three machines of etcd", () =>
		made("external-etcd", async (example) => {
			const [first, second] = [example.host("192.0.2.31"), example.host("192.0.2.32")];
			const controlPlane = example.host("192.0.2.11");
			expect(await voters(first)).toEqual(["etcd-1", "etcd-2", "etcd-3"]);
			await kubectl(controlPlane, awaitNodes);
			expect(await readyNodes(controlPlane)).toEqual(["cp-1", "worker-1"]);
			expect(await inEtcd(second, "/registry/namespaces/kube-system")).toContain("kube-system");
			const manifests = async (host: typeof first) =>
				(await host.exec("ls /etc/kubernetes/manifests", { check: true })).stdout.trim().split("\n");
			expect(await manifests(first)).toEqual(["etcd.yaml"]);
			expect(await manifests(controlPlane)).not.toContain("etcd.yaml");
			const { endpoints } = await outputsOf(example);
			expect(endpoints).toEqual(
				["31", "32", "33"].map((last) => `https://${example.host(`192.0.2.${last}`).address}:2379`),
			);
		}));

	it("tenants lets each person do what its roles and groups allow, and nothing more", () =>
		made("tenants", async (example) => {
			expect(JSON.parse(await example.run(["pulumi", "stack", "output", "--json"]))).toEqual({
				kubeconfigs: { ann: "[secret]", ben: "[secret]", eva: "[secret]" },
			});
			const { kubeconfigs } = await outputsOf(example);
			const as = (user: string) => (words: string) => example.kubectl(kubeconfigs[user], words);
			const [ann, ben, eva] = [as("ann"), as("ben"), as("eva")];
			const make = (namespace: string) => `-n ${namespace} create configmap prices --from-literal=a=1`;

			expect(await ann("-n shop get pods -o name")).toBe("");
			expect(await ann(make("shop"))).toBe("configmap/prices created");
			for (const namespace of ["billing", "kube-system", "default"])
				await expect(ann(`-n ${namespace} get pods`)).rejects.toThrow("forbidden");

			expect(await ben("-n shop get configmap prices -o name")).toBe("configmap/prices");
			await expect(ben("-n shop delete configmap prices")).rejects.toThrow("forbidden");
			await expect(ben("-n billing get pods")).rejects.toThrow("forbidden");

			expect(await eva(make("billing"))).toBe("configmap/prices created");
			expect(await eva("-n kube-system get pods -o name")).toContain("pod/kube-apiserver-cp-1");
			await expect(eva(make("shop").replace("prices", "costs"))).rejects.toThrow("forbidden");
			await expect(eva("-n shop get secrets")).rejects.toThrow("forbidden");

			const program = join(example.folder, "index.ts");
			await writeFile(program, (await readFile(program, "utf8")).replace(/^\tben: .*\n/m, ""));
			await example.run(up);
			await expect(ben("-n shop get pods")).rejects.toThrow("forbidden");
			expect(await ann("get namespace shop -o jsonpath={.status.phase}")).toBe("Active");
			expect(await ann("-n shop get configmap prices -o name")).toBe("configmap/prices");
		}));

	it("automation-api makes a cluster on demand, and leaves nothing of it when it is destroyed", () =>
		used("automation-api", async (example) => {
			const cluster = (command: string) => example.run(["node", "index.ts", command, "north"]);
			const exists = (file: string) => existsSync(join(example.folder, file));
			await cluster("up");
			const kubeconfig = await readFile(join(example.folder, "north.kubeconfig"), "utf8");
			await example.kubectl(kubeconfig, awaitNodes);
			expect(await readyNodes(example.host("192.0.2.11"))).toEqual(["cp-1", "worker-1"]);
			expect(await cluster("preview")).toMatch(/Resources:\n +\d+ unchanged\n/);
			await cluster("destroy");
			expect(["north.kubeconfig", "Pulumi.north.yaml"].filter(exists)).toEqual([]);
		}));
});
