import { describe, expect, it } from "vitest";
import { Cluster } from "../../provider/components/cluster";
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

	it("names all that is wrong with it, by the paths that the program has", async () => {
		await sent(() => {
			const wrong = { openPorts: ["ssh"], kernelModules: ["a b"], kubernetesPackages: { repository: "pkgs" } };
			expect(
				() =>
					new Cluster("lab", {
						kubernetesVersion: "1.37.2",
						controlPlanes: [{ name: "cp-1", connection }],
						prepare: wrong,
					}),
			).toThrow(/prepare\.kernelModules\[0\].*prepare\.openPorts\[0\].*prepare\.kubernetesPackages\.repository/s);
			const args = { host: { connection }, cluster: { kubernetesVersion: "1.37.2" }, role: "worker" as const };
			expect(() => new HostPreparation("m", { ...args, ...wrong })).toThrow(/HostPreparation "m": 3 problems/);
		});
	});
});
