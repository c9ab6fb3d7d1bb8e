import { readFile, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { Minor } from "../../lab/toolchain/tools.ts";
import { kubeadm, versionOf } from "../parity/kubeadm";
import { cli, withFolder } from "../support/command-line.ts";

const document = (kind: string, fields: string, version = "v1beta4") =>
	`apiVersion: kubeadm.k8s.io/${version}\nkind: ${kind}\n${fields}`;
const address = "localAPIEndpoint: {advertiseAddress: 198.18.0.10}\n";
const byToken =
	"discovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: '198.18.0.10:6443', caCertHashes: ['sha256:0000000000000000000000000000000000000000000000000000000000000000']}}\n";

const files: Record<string, string> = {
	"a cluster and its first node": `${document("InitConfiguration", address)}---\n${document("ClusterConfiguration", "kubernetesVersion: v1.37.2\n")}`,
	"a first node that says much": `${document(
		"InitConfiguration",
		`${address}bootstrapTokens: [{token: abcdef.0123456789abcdef, description: x, usages: [signing, authentication], ttl: 90m}]
nodeRegistration: {name: Cp1, criSocket: /run/c.sock, taints: [], kubeletExtraArgs: [{name: v, value: "3"}], imagePullSerial: false, ignorePreflightErrors: [Swap]}
skipPhases: [addon/kube-proxy]
certificateKey: ${"ab".repeat(32)}
patches: {directory: /patches}
timeouts: {etcdAPICall: 90s}
`,
	)}---\n${document("ClusterConfiguration", "kubernetesVersion: v1.37.2\n")}`,
	"a cluster that says much": `${document("InitConfiguration", address)}---\n${document(
		"ClusterConfiguration",
		`kubernetesVersion: v1.37.2
controlPlaneEndpoint: api.example
apiServer: {certSANs: [Api.Example], extraArgs: [{name: v, value: "2"}]}
etcd: {external: {endpoints: [https://198.18.0.2:2379], caFile: /ca, certFile: /c, keyFile: /k}}
dns: {disabled: true}
networking: {podSubnet: 198.18.0.0/16}
certificateValidityPeriod: 100h
`,
	)}`,
	"a worker that joins": document("JoinConfiguration", `${byToken}nodeRegistration: {name: w1}\n`),
	"a control plane node that joins": document(
		"JoinConfiguration",
		`${byToken}controlPlane: {localAPIEndpoint: {advertiseAddress: 198.18.0.11}}\ncaCertPath: /ca.crt\n`,
	),
	"a node that joins by a file that is named by its address": document(
		"JoinConfiguration",
		"discovery: {file: {kubeConfigPath: 'FILE://host/etc/%68osts?x#y'}}\nnodeRegistration: {name: w1}\n",
	),
	"a node that joins by a file on a server": document(
		"JoinConfiguration",
		"discovery: {file: {kubeConfigPath: 'https://198.18.0.10/a%20b?x#y'}, tlsBootstrapToken: abcdef.0123456789abcdef}\nnodeRegistration: {name: w1}\n",
	),
	"what resets and upgrades": `${document("ResetConfiguration", "criSocket: /run/c.sock\nforce: true\n")}---\n${document(
		"UpgradeConfiguration",
		"apply: {kubernetesVersion: v1.37.2, etcdUpgrade: false}\nplan: {allowRCUpgrades: true}\n",
	)}`,
};

describe("migrate prints what `kubeadm config migrate` prints", () => {
	it.each(Object.entries(files))("for %s", async (_title, text) => {
		await withFolder(async (folder) => {
			const [file, out] = [join(folder, "old.yaml"), join(folder, "new.yaml")];
			await writeFile(file, text);
			const { stdout } = await kubeadm(["config", "migrate", "--old-config", file]);
			const args = [
				"migrate",
				"--old-config",
				file,
				...(text.includes("nodeRegistration: {name: ") ? [] : ["--node", hostname()]),
			];
			const ours = await cli(args);
			expect([ours.exitCode, withoutTokens(ours.stdout)]).toEqual([0, withoutTokens(stdout)]);

			expect(await cli([...args, "--new-config", out])).toMatchObject({ exitCode: 0, stdout: "" });
			expect(await readFile(out, "utf8")).toBe(ours.stdout);
			expect((await stat(out)).mode & 0o777).toBe(0o600);
			// It is what kubeadm takes.
			await kubeadm(["config", "validate", "--config", out]);
		});
	});

	it("for v1beta3 as the kubeadm that still reads it", async () => {
		await withFolder(async (folder) => {
			const file = join(folder, "old.yaml");
			await writeFile(
				file,
				[
					document(
						"InitConfiguration",
						`${address}nodeRegistration: {name: cp1, kubeletExtraArgs: {v: "3", a: b}}\n`,
						"v1beta3",
					),
					document(
						"ClusterConfiguration",
						"kubernetesVersion: v1.35.4\napiServer: {timeoutForControlPlane: 5m0s, extraArgs: {z: '1', b: '2'}}\nnetworking: {podSubnet: 198.18.0.0/16}\n",
						"v1beta3",
					),
				].join("---\n"),
			);
			const { stdout } = await kubeadm(["config", "migrate", "--old-config", file], { minor: "1.35" });
			const ours = await cli(["migrate", "--old-config", file]);
			expect([ours.exitCode, withoutTokens(ours.stdout)]).toEqual([0, withoutTokens(stdout)]);
		});
	});

	it("also of v1beta3 for a node that joins, by the release that is said", async () => {
		const written = document(
			"JoinConfiguration",
			'discovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: "198.18.0.10:6443", unsafeSkipCAVerification: true}}\nnodeRegistration: {name: w1}\n',
			"v1beta3",
		);
		await withFolder(async (folder) => {
			const file = join(folder, "join.yaml");
			await writeFile(file, written);
			const { stdout } = await kubeadm(["config", "migrate", "--old-config", file], { minor: "1.36" });
			const ours = await cli(["migrate", "--old-config", file, "--kubernetes-version", "1.36.3"]);
			expect([ours.exitCode, ours.stderr]).toEqual([0, ""]);
			expect(loadAll(ours.stdout)).toEqual(loadAll(stdout));
			expect((await cli(["migrate", "--old-config", file])).stderr).toMatch(
				/v1beta3, which kubeadm 1\.36 was the last/,
			);
		});
	});

	it.each<Minor>(["1.34", "1.35"])("without an UpgradeConfiguration, as kubeadm %s, and says so", async (minor) => {
		const parts = {
			ResetConfiguration: document("ResetConfiguration", "force: true\n"),
			UpgradeConfiguration: document("UpgradeConfiguration", "apply: {forceUpgrade: true}\n"),
		};
		await withFolder(async (folder) => {
			for (const text of [parts.UpgradeConfiguration, Object.values(parts).join("---\n")]) {
				const file = join(folder, "old.yaml");
				await writeFile(file, text);
				const { stdout } = await kubeadm(["config", "migrate", "--old-config", file], { minor });
				const ours = await cli(["migrate", "--old-config", file, "--kubernetes-version", versionOf(minor)]);
				expect([ours.exitCode, loadAll(ours.stdout)]).toEqual([0, loadAll(stdout)]);
				expect(ours.stderr).toMatch(/^warning: UpgradeConfiguration: left out, as by kubeadm before 1\.36/);
			}
		});
	});

	it.each(["", "0.0.0.0", "::", "127.0.0.1"])(
		"with the host's address that is said, for %j",
		async (advertiseAddress) => {
			const fields = `localAPIEndpoint: {advertiseAddress: '${advertiseAddress}'}\n`;
			const stdin = `${document("InitConfiguration", fields)}---\n${document("ClusterConfiguration", "kubernetesVersion: v1.37.2\n")}`;
			const { stdout } = await cli(["migrate", "--old-config", "-", "--address", "198.18.0.10"], { stdin });
			expect(loadAll(stdout)[0]).toMatchObject({
				localAPIEndpoint: { advertiseAddress: "198.18.0.10", bindPort: 6443 },
			});
		},
	);

	it("but says nothing that only a host knows", async () => {
		const { stdout } = await cli(["migrate", "--old-config", "-", "--output", "json"], {
			stdin: document("ClusterConfiguration", "kubernetesVersion: v1.37.2\n"),
		});
		const [init] = JSON.parse(stdout) as Record<string, Record<string, unknown>>[];
		expect(Object.keys(init!["nodeRegistration"]!).sort()).toEqual([
			"criSocket",
			"imagePullPolicy",
			"imagePullSerial",
			"taints",
		]);
		expect(init!["localAPIEndpoint"]).toEqual({ bindPort: 6443 });
	});

	it("names each document of a component that it leaves out", async () => {
		const component = (kind: string, group: string) => `---\napiVersion: ${group}\nkind: ${kind}\n`;
		const stdin = [
			document("ClusterConfiguration", "kubernetesVersion: v1.37.2\n"),
			component("KubeletConfiguration", "kubelet.config.k8s.io/v1beta1"),
			component("KubeProxyConfiguration", "kubeproxy.config.k8s.io/v1alpha1"),
		].join("");
		const { exitCode, stdout, stderr } = await cli(["migrate", "--old-config", "-"], { stdin });
		expect([exitCode, stdout.match(/^kind: .*/gm)]).toEqual([
			0,
			["kind: InitConfiguration", "kind: ClusterConfiguration"],
		]);
		expect(stderr).toBe(
			["KubeletConfiguration", "KubeProxyConfiguration"]
				.map(
					(kind) =>
						`warning: ${kind}: left out, as by kubeadm; append the document to the new file, where it can stay as it is\n`,
				)
				.join(""),
		);
	});
});

/** kubeadm makes a token where none is named; of those named it prints what was said. */
function withoutTokens(text: string): unknown[] {
	return loadAll(text).map((parsed) => {
		const value = parsed as { bootstrapTokens?: { token: string | null }[] };
		const isNamed = (token: string | null) => token === "abcdef.0123456789abcdef";
		const bootstrapTokens = value.bootstrapTokens?.map((token) => ({ ...token, token: isNamed(token.token) }));
		return { ...value, ...(bootstrapTokens ? { bootstrapTokens } : {}) };
	});
}
