import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { preparationProgram } from "../../dist/render/preparation/program.js";
import { ensureRequirements, type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { run } from "../../lab/run.ts";
import type { PreparedHost } from "./programs/prepared-host/index.ts";
import { type Fetched, makeBare, type TakenAway } from "./support/bare-machine.ts";
import { clusterOn } from "./support/cluster.ts";
import { commandPlugin } from "./support/command-plugin.ts";
import { kubectl, readyNodes } from "./support/kubeadm.ts";
import { differences, listing } from "./support/listing.ts";
import { passOffAs } from "./support/other-family.ts";
import { type TestStack, testStack } from "./support/stack.ts";

/**
 * Machines without container runtime and Kubernetes. The commands are those of `remote.Command`; the lab's stand-in for the
 * plugin of @pulumi/command runs them.
 */
describe("machines that are prepared", () => {
	let lab: Lab;
	let machine: TestStack;
	let cluster: TestStack;
	let taken: TakenAway;
	let fetched: Record<string, Fetched>;
	let plugin: Awaited<ReturnType<typeof commandPlugin>>;
	const bare = new Map<string, string[]>();

	const said = async (host: LabHost, command: string) => (await host.exec(command, { check: true })).stdout.trim();
	const left = async (host: LabHost) =>
		differences(bare.get(host.name)!, await listing(host)).filter((line) => !ofPackageManager.test(line));
	const nodes = async () => {
		const columns =
			"custom-columns=:metadata.name,:status.nodeInfo.kubeletVersion,:spec.unschedulable,:metadata.annotations";
		const stdout = await kubectl(lab.hosts[0]!, `get nodes --no-headers -o ${columns}`);
		expect(stdout).not.toMatch(/pulumi-kubeadm\/changes| true /);
		return stdout
			.trim()
			.split("\n")
			.map((line) => line.split(/\s+/).slice(0, 2).join(" "));
	};
	const prepared = (overrides: Partial<PreparedHost> = {}): PreparedHost => {
		const { cluster: args } = clusterOn(lab);
		const { kubernetesVersion, kubelet = {} } = args;
		return {
			connection: { ...args.controlPlanes[0]!.connection, user: "admin" } as PreparedHost["connection"],
			cluster: { kubernetesVersion, kubelet },
			role: "control-plane",
			kubernetesPackages: taken.kubernetesPackages,
			...overrides,
		};
	};

	beforeAll(async () => {
		await ensureRequirements({ gpg: "gnupg", shellcheck: "shellcheck" });
		plugin = await commandPlugin();
		vi.stubEnv("PATH", plugin.path);
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		({ fetched, ...taken } = await makeBare(lab.hosts, ["1.37.2", "1.37.3"], "1.37.4"));
		for (const host of lab.hosts) bare.set(host.name, await listing(host));
		[machine, cluster] = [await testStack("prepared-host"), await testStack("cluster")];
	});

	afterAll(async () => {
		await lab?.stop();
		for (const stack of [machine, cluster]) await stack?.remove();
		await plugin?.remove();
		vi.unstubAllEnvs();
	});

	it("are prepared by a script that shellcheck has no remark on", async () => {
		const folder = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-test-"));
		try {
			await writeFile(join(folder, "prepare"), preparationProgram());
			expect((await run(["shellcheck", join(folder, "prepare")], { check: false })).stdout).toBe("");
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	it("have what a node needs, through a user who may become root", async () => {
		const [host] = lab.hosts as [LabHost];
		await machine.configure(prepared());
		await machine.up();
		expect(await said(host, "kubelet --version; kubectl version --client | head -1")).toBe(
			"Kubernetes v1.37.2\nClient Version: v1.37.2",
		);
		expect(await said(host, "apt-mark showhold")).toBe("kubectl\nkubelet");
		expect(await said(host, "cat /proc/sys/net/ipv4/ip_forward /etc/modules-load.d/kubernetes.conf")).toBe(
			"1\noverlay\nbr_netfilter",
		);
		const { config } = JSON.parse(await said(host, "crictl info"));
		expect(config.sandboxImage).toBe("registry.k8s.io/pause:3.10.2");
		expect(config.registry.configPath).toBe("/etc/containerd/certs.d");
		expect((await machine.preview({ refresh: true })).changes).toEqual([]);
	});

	it("get a proxy and a registry's mirror whose passwords no command line has, and lose them again", async () => {
		const [host] = lab.hosts as [LabHost];
		const proxy = { http: "http://someone:proxy-secret@198.18.255.1:3128", noProxy: ["198.18.0.0/15"] };
		const mirror = { mirrors: ["https://mirror.example"], username: "someone", password: "mirror-secret" };
		await machine.configure(prepared({ proxy, registries: { "docker.io": mirror } }));
		const { text } = await machine.up();
		expect(await said(host, "cat /etc/containerd/certs.d/docker.io/hosts.toml")).toContain(
			`authorization = "Basic ${btoa("someone:mirror-secret")}"`,
		);
		expect(await said(host, "systemctl show containerd -p Environment")).toContain("proxy-secret");
		// The engine keeps the program's configuration in the resources of the stack itself and of providers.
		const resources = (await machine.stored()).deployment.resources.filter(({ type }) => !type.startsWith("pulumi:"));
		for (const secret of ["proxy-secret", "mirror-secret"]) {
			expect(text).not.toContain(secret);
			expect(resources.flatMap((resource) => placesOf(secret, resource, resource.type))).toEqual([]);
		}
		await machine.configure(prepared());
		await machine.up();
		expect(await said(host, "ls -A /etc/containerd; systemctl show containerd -p Environment")).not.toMatch(
			/secret|certs/,
		);
	});

	it("keep a configuration of containerd that somebody wrote, until the program says to replace it", async () => {
		const [host] = lab.hosts as [LabHost];
		await machine.destroy();
		expect(await left(host)).toEqual([]);
		await host.exec("mkdir -p /etc/containerd && printf 'version = 2\\n# mine\\n' >/etc/containerd/config.toml", {
			check: true,
		});
		await expect(machine.up()).rejects.toThrow(/somebody has written it.*replaceConfiguration: true/s);
		expect(await said(host, "cat /etc/containerd/config.toml")).toBe("version = 2\n# mine");
		await machine.configure(prepared({ containerd: { replaceConfiguration: true } }));
		await machine.up();
		await machine.destroy();
		expect(await said(host, "cat /etc/containerd/config.toml")).toBe("version = 2\n# mine");
		await host.exec("rm -r /etc/containerd", { check: true });
	});

	it("get programs instead of packages, and none whose digest is another", async () => {
		const [host] = lab.hosts as [LabHost];
		const { kubernetesPackages, containerd } = fetched["1.37.2"]!;
		const { url } = kubernetesPackages.binaries.kubectl;
		const kubectl = { url, sha256: { amd64: "0".repeat(64) } };
		const binaries = { ...kubernetesPackages.binaries, kubectl };
		await machine.configure(prepared({ kubernetesPackages: { binaries }, containerd }));
		await expect(machine.up()).rejects.toThrow(
			/kubectl-amd64 has the SHA-256 [0-9a-f]{64}, and binaries\.kubectl\.sha256 says 0{64}/,
		);
		expect(await said(host, "! command -v kubectl")).toBe("");
		await machine.configure(prepared({ kubernetesPackages, containerd }));
		await machine.up();
		expect(await said(host, "command -v kubelet; kubelet --version; systemctl is-active containerd")).toBe(
			"/usr/local/bin/kubelet\nKubernetes v1.37.2\nactive",
		);
		expect(await said(host, "systemctl show -P ExecStart kubelet")).toContain("path=/usr/local/bin/kubelet ;");
		expect((await machine.preview({ refresh: true })).changes).toEqual([]);
		await machine.destroy();
		expect(await left(host)).toEqual([]);
	});

	it.each([
		[
			"rocky",
			"dnf install -q -y --setopt=install_weak_deps=False --disableexcludes=all kubelet-1.37.2 kubectl-1.37.2 cri-tools kubernetes-cni",
		],
		[
			"opensuse-leap",
			"zypper -q -n install --no-recommends --oldpackage kubelet=1.37.2 kubectl=1.37.2 cri-tools kubernetes-cni",
		],
	] as const)(
		"of %s are prepared by their own package manager, as a program that stands in for it notes",
		async (family, call) => {
			const [host] = lab.hosts as [LabHost];
			const before = await listing(host);
			const calls = await passOffAs(family, host);
			await machine.configure(prepared());
			await machine.up();
			expect(await said(host, "kubelet --version; systemctl is-active containerd")).toBe("Kubernetes v1.37.2\nactive");
			expect((await machine.preview({ refresh: true })).changes).toEqual([]);
			await machine.destroy();
			expect(await calls()).toContain(call);
			expect(differences(before, await listing(host)).filter((line) => !ofPackageManager.test(line))).toEqual([]);
		},
	);

	it("of another family are refused, and nothing is changed there", async () => {
		const [host] = lab.hosts as [LabHost];
		const end = await passOffAs("rocky", host);
		await machine.configure(prepared());
		await host.exec("echo ID=slackware >/run/family/os-release", { check: true });
		await expect(machine.up()).rejects.toThrow(
			/this machine runs slackware, for whose family this package has no steps/,
		);
		await machine.destroy();
		await host.exec("touch /run/family/calls", { check: true });
		await end();
		expect(await left(host)).toEqual([]);
	});

	it("become a cluster in one up, and nothing differs afterwards", async () => {
		await cluster.configure(clusterOn(lab, { prepare: taken }));
		await cluster.up();
		expect(await readyNodes(lab.hosts[0]!)).toEqual(["cp-1", "worker-1"]);
		expect((await cluster.preview({ refresh: true })).changes).toEqual([]);
	});

	it("get the kubelets of a changed version one after the other, and their nodes take pods again", async () => {
		for (const host of lab.hosts) await host.exec(TAG_IMAGES, { check: true });
		await cluster.configure(clusterOn(lab, { prepare: taken, kubernetesVersion: "1.37.3" }));
		const planned = (await cluster.preview()).steps.find(({ name }) => name === "test-worker-1-kubelet-version")!;
		expect(planned.op).toBe("update");
		expect([planned.was?.["version"], planned.is?.["version"]]).toEqual(["1.37.2", "1.37.3"]);
		expect(planned.is?.["restarts"]).toBe("kubelet on worker-1, whose pods move away before");
		// As an up leaves the worker that is cut off before it starts the kubelet again.
		const program = "/var/lib/pulumi-kubeadm-preparation/prepare";
		const { repository } = taken.kubernetesPackages;
		await said(lab.hosts[1]!, `sh ${program} kubernetes-packages 1.37.3 ${repository} upgrade </dev/null`);
		expect(await nodes()).toEqual(["cp-1 v1.37.2", "worker-1 v1.37.2"]);
		const { ends } = await cluster.up();
		const endOf = (name: string) => ends.findIndex((end) => end.name === name);
		expect(endOf("test-cp-1-kubelet-version")).toBeGreaterThan(endOf("test-coredns"));
		expect(endOf("test-worker-1-kubelet-version")).toBeGreaterThan(endOf("test-cp-1-kubelet-version"));
		expect(await nodes()).toEqual(["cp-1 v1.37.3", "worker-1 v1.37.3"]);
		for (const host of lab.hosts) expect(await said(host, "apt-mark showhold")).toBe("kubectl\nkubelet");
		expect((await cluster.preview({ refresh: true })).changes).toEqual([]);
	});

	it("get their last kubelet back where the new one does not run", async () => {
		const kubernetesPackages = { ...taken.kubernetesPackages, version: "1.37.4" };
		await cluster.configure(clusterOn(lab, { prepare: { ...taken, kubernetesPackages }, kubernetesVersion: "1.37.3" }));
		await expect(cluster.up()).rejects.toThrow(/cp-1: kubelet 1\.37\.3 is put back, and the kubelet runs again/);
		expect(await nodes()).toEqual(["cp-1 v1.37.3", "worker-1 v1.37.3"]);
		await cluster.configure(clusterOn(lab, { prepare: taken, kubernetesVersion: "1.37.3" }));
		// The commands ran, and left each kubelet to its node's turn.
		expect((await cluster.up({ refresh: true })).changes.sort()).toEqual([
			"update Command test-cp-1-kubernetes-packages",
			"update Command test-worker-1-kubernetes-packages",
		]);
		expect((await cluster.preview({ refresh: true })).changes).toEqual([]);
	});

	it("are as they were after a destroy", async () => {
		await cluster.destroy();
		for (const host of lab.hosts) expect(await left(host)).toEqual([]);
	});
});

/** Gives the images of Kubernetes the tag of the version after theirs, as no registry is in reach. */
const TAG_IMAGES = `
for image in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
	ctr -n k8s.io images tag registry.k8s.io/$image:v1.37.2 registry.k8s.io/$image:v1.37.3
done`;

/** What apt, dpkg and sudo note about what they did, and units that something names and nothing has. */
const ofPackageManager =
	/ \/var\/(lib\/apt\/lists|cache\/apt|lib\/dpkg\/\S+-old)|\.sudo_as_admin_successful$|^- unit \S+ not-found /;

/** Paths at which a value has a text. */
function placesOf(text: string, value: unknown, path: string): string[] {
	if (typeof value === "string") return value.includes(text) ? [path] : [];
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, item]) => placesOf(text, item, `${path}.${name}`));
}
