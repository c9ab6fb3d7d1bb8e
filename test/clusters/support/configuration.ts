import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../../lab/index.ts";
import type { ClusterOfConfiguration } from "../programs/cluster-of-configuration/index.ts";
import { kubectl } from "./kubeadm.ts";
import { differences, listing } from "./listing.ts";
import { type TestStack, testStack } from "./stack.ts";

/** A kubeadm configuration file, and what kubeadm's own commands must say of the cluster that comes of it. */
export interface WideConfiguration {
	/** The lab that it needs. The first host is the control plane. @default one host */
	lab?: Parameters<typeof startLab>[0];
	/** What is on the hosts before. @default nothing */
	prepare?: (lab: Lab, folder: string) => Promise<void>;
	/** What happens on the hosts while the cluster comes up. @default nothing */
	meanwhile?: (lab: Lab) => Promise<void>;
	/** The file. `patches` is the folder of `patches`. */
	text: (lab: Lab, patches: string) => string;
	/** Patches by file name. @default none */
	patches?: Record<string, string>;
	/** What the program says beside the file. @default nothing */
	program?: (folder: string) => Partial<ClusterOfConfiguration>;
	/** What `kubeadm upgrade diff` of the same version shows as taken away and added, ids of users and groups as `ID`: it knows nothing of patches and of these. @default nothing */
	upgradeDiff?: string[];
	/** What else is to be true of the cluster, by sentence. @default nothing */
	judges?: Record<string, (subject: Subject) => Promise<void>>;
}

/** What is judged. */
export interface Subject {
	lab: Lab;
	host: LabHost;
	/** Of this machine: what `prepare` has made. */
	folder: string;
	/** What a command says on the control plane. */
	say: (command: string) => Promise<string>;
	stack: TestStack;
}

const onHost = { text: "/root/kubeadm.yaml", patches: "/root/patches" };

/** Brings a configuration up, lets kubeadm judge it, and takes it down. */
export function describeConfiguration(title: string, configuration: WideConfiguration): void {
	const { patches = {}, upgradeDiff = [], judges = {} } = configuration;
	describe(`a cluster of a configuration file with ${title}`, () => {
		let stack: TestStack;
		let folder: string;
		let subject: Subject;
		let before: string[];
		let file: Record<string, any>;

		beforeAll(async () => {
			folder = mkdtempSync(join(tmpdir(), "pulumi-kubeadm-configuration-"));
			const patchesFolder = join(folder, "patches");
			mkdirSync(patchesFolder);
			for (const [name, patch] of Object.entries(patches)) writeFileSync(join(patchesFolder, name), patch);
			stack = await testStack("cluster-of-configuration");
			const lab = await startLab({ hosts: [{ name: "cp-1" }], ...configuration.lab });
			const host = lab.hosts[0]!;
			const say = async (command: string) => (await host.exec(command, { check: true })).stdout.trim();
			subject = { lab, host, folder, say, stack };
			await configuration.prepare?.(lab, folder);
			await host.exec(`mkdir ${onHost.patches}; cat > ${onHost.text}`, {
				check: true,
				input: configuration.text(lab, onHost.patches),
			});
			for (const [name, patch] of Object.entries(patches))
				await host.exec(["tee", join(onHost.patches, name)], { check: true, input: patch });
			before = await listing(host);
			const text = configuration.text(lab, patchesFolder);
			file = Object.fromEntries(
				text.split(/^---$/m).map((document) => {
					const { kind, ...fields } = load(document) as Record<string, any>;
					return [kind, fields];
				}),
			);
			const connection = { host: host.address, privateKeyFile: lab.sshKeyFile, knownHostsFile: lab.knownHostsFile };
			await stack.configure({
				text,
				controlPlane: { name: host.name, connection },
				workloads: [],
				...configuration.program?.(folder),
			} satisfies ClusterOfConfiguration);
			await Promise.all([stack.up(), configuration.meanwhile?.(lab)]);
		});

		afterAll(async () => {
			await subject?.lab.stop();
			await stack?.remove();
			if (folder) rmSync(folder, { recursive: true, force: true });
		});

		it("is made by one up, its node is Ready, and a second up changes nothing, also after a refresh", async () => {
			const { host } = subject;
			expect(await kubectl(host, "get nodes --no-headers")).toMatch(new RegExp(`^${host.name} +Ready `));
			expect((await stack.up({ refresh: true })).changes).toEqual([]);
		});

		it("has the static pods' manifests that kubeadm writes of the same file", async () => {
			const { say } = subject;
			const phases = ["control-plane all", ...(file.ClusterConfiguration.etcd?.external ? [] : ["etcd local"])];
			const made = phases.map((phase) => `kubeadm init phase ${phase} --config ${onHost.text} >/dev/null`);
			const sums = "cd /etc/kubernetes/manifests; sha256sum *.yaml";
			const theirs = ["set -e", "mount -t tmpfs none /etc/kubernetes/manifests", ...made, sums].join("\n");
			expect(await say(sums)).toBe(await say(`unshare -m sh -c '${theirs}'`));
		});

		it("has certificates that kubeadm knows, none of them missing", async () => {
			const { etcd, certificatesDir } = file.ClusterConfiguration;
			const { certificates, certificateAuthorities } = JSON.parse(
				await subject.say(
					`kubeadm certs check-expiration --output=json${certificatesDir ? ` --cert-dir ${certificatesDir}` : ""}`,
				),
			);
			const missing = [...certificates, ...certificateAuthorities].filter((each) => each.missing);
			expect(missing.map(({ name }: { name: string }) => name)).toEqual([]);
			expect([certificates.length, certificateAuthorities.length]).toEqual(etcd?.external ? [7, 2] : [11, 3]);
		});

		it("has for `kubeadm upgrade diff` of the same version its patches and users alone", async () => {
			const diff = await subject.say(`kubeadm upgrade diff ${file.ClusterConfiguration.kubernetesVersion}`);
			const lines = diff.split("\n").filter((line) => /^[-+](?!-- |\+\+ )/.test(line));
			const withoutIds = lines.map((line) => line.replace(/(: |- )\d{3}$/, "$1ID"));
			expect(withoutIds.sort()).toEqual([...upgradeDiff].sort());
		});

		it("runs the images that kubeadm lists for the file", async () => {
			const list = (await subject.say(`kubeadm config images list --config ${onHost.text}`)).split("\n");
			const running = (
				await kubectl(subject.host, "-n kube-system get pods -o jsonpath='{.items[*].spec.containers[*].image}'")
			).split(" ");
			expect(running.length).toBeGreaterThan(3);
			expect(running.filter((image) => !list.includes(image))).toEqual([]);
		});

		it("has the file's tokens for kubeadm, and no other", async () => {
			const list = await subject.say("kubeadm token list --output=jsonpath='{.token} {.description}{\"\\n\"}'");
			const said = file.InitConfiguration.bootstrapTokens as { token: string; description: string }[];
			expect(list.split("\n").sort()).toEqual(said.map(({ token, description }) => `${token} ${description}`).sort());
		});

		for (const [sentence, judge] of Object.entries(judges)) it(sentence, () => judge(subject));

		it("leaves the host as it was when it is destroyed", async () => {
			await stack.destroy();
			const { host, say } = subject;
			await until(
				"the kubelet's service between two tries",
				60,
				async () => (await say("systemctl show -p SubState kubelet")).includes("auto-restart") || undefined,
			);
			expect(differences(before, await listing(host))).toEqual([]);
		});
	});
}

/** The documents of a file that the hosts of a lab ask for. */
export function componentConfigurations({ kubeletConfiguration, kubeProxyConfiguration }: Lab): string {
	const documents = [
		{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration", ...kubeletConfiguration },
		{ apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration", ...kubeProxyConfiguration },
	];
	return documents.map((document) => `---\n${JSON.stringify(document)}\n`).join("");
}
