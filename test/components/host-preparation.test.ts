import { describe, expect, it } from "vitest";
import { Cluster } from "../../provider/components/cluster";
import { EtcdCluster } from "../../provider/components/etcd-cluster";
import { HostPreparation, type PreparationInputs } from "../../provider/components/host-preparation";
import { find, key, type Sent, sent } from "../support/mocks";

const connection = { host: "198.18.7.11", user: "admin", privateKey: "the key" };
const cluster = (prepare?: boolean | PreparationInputs) =>
	sent(() => {
		new Cluster("lab", {
			kubernetesVersion: "1.37.2",
			networking: { podSubnet: "198.18.64.0/18" },
			controlPlanes: [{ name: "cp-1", connection }],
			workers: [{ name: "worker-1", connection: { ...connection, host: "198.18.7.12" } }],
			...(prepare === undefined ? {} : { prepare }),
		});
	});
const commands = (all: Sent[]) => all.filter(({ type }) => type === "command:remote:Command");

/** Runs with mocks in place of the engine and of @pulumi/command's plugin: no script runs. */
describe("a preparation", () => {
	it("is made only where the program asks for it", async () => {
		expect(commands(await cluster())).toEqual([]);
		expect(commands(await cluster(false))).toEqual([]);
	});

	it("has a step for each part, with its intent as its name and as its command", async () => {
		const all = commands(await cluster(true)).filter(({ name }) => name.startsWith("lab-worker-1-"));
		const program = "sudo -n sh /var/lib/pulumi-kubeadm-preparation/prepare";
		const texts = Object.fromEntries(
			all.map(({ name, inputs }) => [name.slice("lab-worker-1-".length), inputs["create"]]),
		);
		expect(texts).toEqual({
			preparation: expect.stringMatching(/^sudo -n install -d .*prepare check-family # [0-9a-f]{12}$/),
			"swap-off": `${program} swap-off`,
			"kernel-modules": `${program} kernel-modules overlay br_netfilter`,
			sysctls: `${program} sysctls net.ipv4.ip_forward=1`,
			"time-synchronized": `${program} time-synchronized`,
			"ports-open": `${program} ports-open 10250/tcp 10256/tcp 30000-32767/tcp 30000-32767/udp`,
			"containerd-installed": `${program} containerd-installed`,
			"containerd-configured": `${program} containerd-configured systemd registry.k8s.io/pause:3.10.2`,
			"kubernetes-packages": `${program} kubernetes-packages 1.37.2 https://pkgs.k8s.io/core:/stable:/v1.37/{format}/`,
		});
	});

	it("comes before anything is looked at or placed on the machine", async () => {
		const all = await cluster(true);
		const ofMachine = (name: string) =>
			commands(all)
				.filter((each) => each.name.startsWith(`lab-${name}-`))
				.map(key);
		expect(find(all, "Preflight lab-cp-1-preflight").dependsOn).toEqual(expect.arrayContaining(ofMachine("cp-1")));
		expect(find(all, "Kubelet lab-worker-1-kubelet").dependsOn).toEqual(expect.arrayContaining(ofMachine("worker-1")));
	});

	it("brings a changed version's kubelets after the addons: control planes first, and workers in their turn", async () => {
		const all = await cluster(true);
		const ofControlPlane = find(all, "KubeletVersion lab-cp-1-kubelet-version");
		const ofWorker = find(all, "KubeletVersion lab-worker-1-kubelet-version");
		expect(ofControlPlane.dependsOn).toEqual(
			expect.arrayContaining([
				"Gate lab-cp-1-gate",
				"NodeRegistration lab-cp-1-node",
				"CoreDns lab-coredns",
				"KubeProxy lab-kube-proxy",
				"command:remote:Command lab-cp-1-kubernetes-packages",
			]),
		);
		expect(ofWorker.dependsOn).toEqual(
			expect.arrayContaining([
				"KubeletVersion lab-cp-1-kubelet-version",
				"NodeRegistration lab-worker-1-node",
				"command:remote:Command lab-worker-1-kubernetes-packages",
			]),
		);
		expect(ofWorker.inputs["packages"]).toEqual({
			version: "1.37.2",
			repository: "https://pkgs.k8s.io/core:/stable:/v1.37/{format}/",
		});
		const withoutPackages = await cluster({ kubernetesPackages: false });
		expect(withoutPackages.filter(({ type }) => type.includes("KubeletVersion"))).toEqual([]);
	});

	it("differs for a machine that says so, part by part, and is left out for one that is left as it is", async () => {
		const machine = (name: string, own: boolean | PreparationInputs | undefined) => ({
			name,
			connection: { ...connection, host: `198.18.7.${name.length}${name.at(-1)}` },
			...(own === undefined ? {} : { prepare: own }),
		});
		const all = await sent(() => {
			new Cluster("lab", {
				kubernetesVersion: "1.37.2",
				networking: { podSubnet: "198.18.64.0/18" },
				controlPlanes: [machine("cp-1", undefined)],
				workers: [machine("worker-1", { swapOff: false }), machine("worker-2", false)],
				prepare: { timeSynchronized: false, kernelModules: ["overlay"] },
			});
		});
		const steps = (name: string) => commands(all).filter((each) => each.name.startsWith(`lab-${name}-`));
		const names = (name: string) => steps(name).map((each) => each.name.slice(`lab-${name}-`.length));
		expect(names("cp-1")).toContain("swap-off");
		expect(names("worker-1")).not.toContain("swap-off");
		for (const name of ["cp-1", "worker-1"]) expect(names(name)).not.toContain("time-synchronized");
		expect(steps("worker-1").find(({ name }) => name.endsWith("kernel-modules"))!.inputs["create"]).toMatch(
			/ overlay$/,
		);
		expect(steps("worker-2")).toEqual([]);
		expect(find(all, "KubeletVersion lab-worker-1-kubelet-version")).toBeDefined();
		expect(all.filter(({ name }) => name === "lab-worker-2-kubelet-version")).toEqual([]);
	});

	it("makes the machines of an etcd cluster ready before anything looks at them, and opens etcd's ports", async () => {
		const all = await sent(() => {
			new EtcdCluster("etcd", {
				kubernetesVersion: "1.37.2",
				members: [{ name: "etcd-1", connection }],
				prepare: { swapOff: false },
			});
		});
		const steps = commands(all);
		expect(steps.find(({ name }) => name === "etcd-etcd-1-ports-open")!.inputs["create"]).toMatch(
			/ ports-open 2379-2380\/tcp$/,
		);
		expect(steps.some(({ name }) => name.endsWith("swap-off"))).toBe(false);
		expect(find(all, "Preflight etcd-etcd-1-preflight").dependsOn).toEqual(expect.arrayContaining(steps.map(key)));
	});

	it("connects as the host does, to a machine with the key that the host has seen, and not through a terminal's agent", async () => {
		const [step] = commands(await cluster(true));
		const { agentSocketPath, ...rest } = step!.inputs["connection"];
		expect(agentSocketPath).toBeUndefined();
		expect(rest).toMatchObject({ ...connection, hostKey: "ssh-ed25519 AAAAmock" });
		expect(step!.secrets).toContain("connection");
	});

	it("names a key file that cannot be read", async () => {
		await sent(() => {
			const host = { connection: { host: "198.18.7.11", privateKeyFile: "/none/id_ed25519" } };
			const args = { host, cluster: { kubernetesVersion: "1.37.2" }, role: "worker" as const };
			expect(() => new HostPreparation("m", args)).toThrow(
				/host\.connection\.privateKeyFile: expected a key file that can be read, got \/none\/id_ed25519: ENOENT; ssh-keygen/,
			);
		});
	});

	it("passes passwords on standard input, as secrets", async () => {
		const proxy = { https: "http://someone:word@198.18.7.1:3128" };
		const registries = { "docker.io": { username: "someone", password: "other" } };
		const all = commands(await cluster({ proxy, registries }));
		for (const [step, text] of [
			["proxy", "HTTPS_PROXY=http://someone:word@198.18.7.1:3128\n"],
			["registries", btoa("someone:other")],
		] as const) {
			const { inputs, secrets } = all.find(({ name }) => name === `lab-cp-1-${step}`)!;
			expect(inputs["stdin"]).toContain(text);
			expect(secrets).toContain("stdin");
			expect(inputs["create"]).not.toMatch(/word|other/);
		}
	});

	it("fetches programs with their digests instead of packages, and so does a kubelet that follows the version", async () => {
		const digest = "0".repeat(64);
		const binary = (name: string) => ({ url: `https://mirror.example/{arch}/${name}`, sha256: { amd64: digest } });
		const binaries = {
			kubelet: binary("kubelet"),
			kubectl: binary("kubectl"),
			crictl: binary("crictl.tar.gz"),
			cni: binary("cni.tgz"),
		};
		const all = await cluster({
			kubernetesPackages: { binaries },
			containerd: { binaries: { containerd: binary("containerd.tar.gz"), runc: binary("runc") } },
		});
		const step = (name: string) => find(all, `command:remote:Command lab-cp-1-${name}`).inputs;
		expect(step("kubernetes-packages")["create"]).toMatch(/ kubernetes-packages 1\.37\.2 binaries$/);
		expect(step("kubernetes-packages")["stdin"]).toContain(
			`kubelet https://mirror.example/{arch}/kubelet amd64=${digest}\n`,
		);
		expect(step("containerd-installed")["create"]).toMatch(/ containerd-installed binaries$/);
		expect(step("containerd-installed")["stdin"]).toContain(
			`runc https://mirror.example/{arch}/runc amd64=${digest}\n`,
		);
		const { packages } = find(all, "KubeletVersion lab-worker-1-kubelet-version").inputs;
		expect(packages).toEqual({ version: "1.37.2", binaries });
	});

	it("names a program that is missing, a digest that is none, and a repository beside programs", async () => {
		await sent(() => {
			const runc = { url: "mirror", sha256: { amd64: "abc" } };
			const args = { host: { connection }, cluster: { kubernetesVersion: "1.37.2" }, role: "worker" as const };
			const wrong = {
				containerd: { binaries: { runc } as never },
				kubernetesPackages: { repository: "https://mirror.example/", binaries: {} as never },
			};
			expect(() => new HostPreparation("m", { ...args, ...wrong })).toThrow(
				new RegExp(
					[
						"kubernetesPackages\\.binaries\\.kubelet\\.url: expected the address of kubelet, got none",
						'kubernetesPackages\\.binaries\\.cni\\.sha256: expected a SHA-256 by architecture such as { amd64: "…" }, got none',
						"kubernetesPackages\\.repository: expected no value beside binaries",
						"containerd\\.binaries\\.containerd\\.url: expected the address of containerd, got none",
						"containerd\\.binaries\\.runc\\.url: expected a URL",
						"containerd\\.binaries\\.runc\\.sha256\\.amd64: expected a SHA-256",
					].join(".*"),
					"s",
				),
			);
		});
	});

	it("names all that is wrong with it, by the paths that the program has", async () => {
		await sent(() => {
			const wrong = { openPorts: ["ssh"], kernelModules: ["a b"], kubernetesPackages: { repository: "pkgs" } };
			expect(
				() =>
					new Cluster("lab", {
						kubernetesVersion: "1.37.2",
						controlPlanes: [{ name: "cp-1", connection }],
						prepare: wrong,
						workers: [{ name: "worker-1", connection: { host: "198.18.7.12" }, prepare: { openPorts: ["dns"] } }],
					}),
			).toThrow(
				/prepare\.kernelModules\[0\].*prepare\.openPorts\[0\].*prepare\.kubernetesPackages\.repository.*workers\[0\]\.prepare\.openPorts\[0\]/s,
			);
			const args = { host: { connection }, cluster: { kubernetesVersion: "1.37.2" }, role: "worker" as const };
			expect(() => new HostPreparation("m", { ...args, ...wrong })).toThrow(/HostPreparation "m": 3 problems/);
		});
	});
});
