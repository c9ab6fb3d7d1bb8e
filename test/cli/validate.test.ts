import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kubeadm } from "../parity/kubeadm";
import { cli, withFolder } from "../support/command-line.ts";

const cluster = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n";
const init =
	"apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nlocalAPIEndpoint: {advertiseAddress: 198.18.0.10}\n";
const join_ = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\n";
const byToken = "token: abcdef.0123456789abcdef, apiServerEndpoint: '198.18.0.10:6443', unsafeSkipCAVerification: true";

const files: Record<"taken" | "refused", Record<string, string>> = {
	taken: {
		"a cluster": cluster,
		"a cluster and its first node, in either order": `${init}---\n${cluster}`,
		"settings of the kubelet and of kube-proxy": `${cluster}---\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 20\n---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\n`,
		"a cluster as JSON": JSON.stringify({
			apiVersion: "kubeadm.k8s.io/v1beta4",
			kind: "ClusterConfiguration",
			kubernetesVersion: "v1.37.2",
		}),
		"a node that joins": `${join_}discovery: {bootstrapToken: {${byToken}}}\n`,
		"what resets a node": "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ResetConfiguration\nforce: true\n",
		"what upgrades a cluster":
			"apiVersion: kubeadm.k8s.io/v1beta4\nkind: UpgradeConfiguration\napply: {etcdUpgrade: false}\n",
	},
	refused: {
		"a subnet that is none": `${cluster}networking: {podSubnet: 198.18.0.0}\n`,
		"an unknown field": `${cluster}apiSever: {}\n`,
		"a field that stands twice": `${cluster}clusterName: a\nclusterName: b\n`,
		"a version of the API that is gone": cluster.replace("v1beta4", "v1beta2"),
		"a version of the API that is not allowed yet": cluster.replace("v1beta4", "v1"),
		"a kind that nobody knows": cluster.replace("ClusterConfiguration", "ClusterConfig"),
		"a node that joins nowhere": join_,
		"an address that is none": `${cluster}---\n${init.replace("198.18.0.10", "node.example")}`,
		"text that is no YAML": `${cluster}a: b: c\n`,
	},
};

describe.each(Object.entries(files))("validate, of what kubeadm has %s,", (outcome, texts) => {
	it.each(Object.entries(texts))("%s, has kubeadm's exit code", async (_title, text) => {
		await withFolder(async (folder) => {
			const file = join(folder, "kubeadm.yaml");
			await writeFile(file, text);
			const real = await kubeadm(["config", "validate", "--config", file], { failing: true });
			const ours = await cli(["validate", "--config", file]);
			expect([real.exitCode, ours.exitCode]).toEqual(outcome === "taken" ? [0, 0] : [1, 1]);
			// What has no meaning here is named.
			expect(ours.stderr).toMatch(/^(warning: \S+Configuration\..*\n)*$/);
		});
	});
});

describe("validate", () => {
	it("takes a loopback address where the host has another one, which `--address` says", async () => {
		const stdin = `${cluster}---\n${init.replace("198.18.0.10", "127.0.0.1")}`;
		const { exitCode, stdout } = await cli(["validate", "--config", "-"], { stdin });
		expect([exitCode, stdout]).toEqual([1, expect.stringContaining("on the host's loopback device")]);
		expect((await cli(["validate", "--config", "-", "--address", "198.18.0.10"], { stdin })).exitCode).toBe(0);
	});

	const wrong = `${cluster}networkng: {}\nclusterName: 5\n---\n${init}nodeRegistration: {imagePullPolicy: Sometimes}\n`;

	it("names all problems at once, each with its path", async () => {
		const { exitCode, stdout } = await cli(["validate", "--config", "-"], { stdin: wrong });
		expect(exitCode).toBe(1);
		expect(stdout.split("\n").filter(Boolean).sort()).toEqual([
			'ClusterConfiguration.clusterName: expected a string, got 5; write it in quotes: "5"',
			'ClusterConfiguration.networkng: unknown field, did you mean "networking"?',
			'InitConfiguration.nodeRegistration.imagePullPolicy: expected one of "Always", "IfNotPresent", "Never", got "Sometimes"',
		]);
	});

	it("prints them as JSON too", async () => {
		const { stdout } = await cli(["validate", "--config", "-", "--output", "json"], { stdin: wrong });
		const { valid, problems } = JSON.parse(stdout) as { valid: boolean; problems: { path: string }[] };
		expect([valid, problems.map(({ path }) => path).sort()]).toEqual([
			false,
			[
				"ClusterConfiguration.clusterName",
				"ClusterConfiguration.networkng",
				"InitConfiguration.nodeRegistration.imagePullPolicy",
			],
		]);
		const stdin = `${cluster}networking: {podSubnet: 10.244.0.0/16}\n`;
		const good = await cli(["validate", "--config", "-", "--output", "json"], { stdin });
		expect(JSON.parse(good.stdout)).toEqual({ valid: true, problems: [], notes: [], warnings: [] });
	});

	it("warns of what kubeadm does not check, by the paths in the file, unless a warning is ignored by its name", async () => {
		const stdin = `${cluster}scheduler: {extraArgs: [{name: --profiling, value: "false"}]}\n---\n${init}nodeRegistration: {kubeletExtraArgs: [{name: container-runtime, value: remote}]}\n`;
		const { exitCode, stdout, stderr } = await cli(["validate", "--config", "-"], { stdin });
		expect([exitCode, stdout]).toEqual([0, "ok\n"]);
		expect(stderr.split("\n").map((line) => line.replace(/^(warning: [^:]+): .*( \[.*)$/, "$1$2"))).toEqual([
			"warning: ClusterConfiguration.networking.podSubnet [NoPodSubnet]",
			"warning: ClusterConfiguration.scheduler.extraArgs[0].name [FlagWithDashes]",
			"warning: InitConfiguration.nodeRegistration.kubeletExtraArgs[0].name [UnknownFlag]",
			"",
		]);
		const args = ["validate", "--config", "-", "--ignore-warnings", "NoPodSubnet", "--ignore-warnings", "UnknownFlag"];
		expect((await cli(args, { stdin })).stderr).toMatch(/^warning: .* \[FlagWithDashes\]\n$/);
		const wrongName = await cli(["validate", "--config", "-", "--ignore-warnings", "PodSubnet"], { stdin });
		expect([wrongName.exitCode, wrongName.stderr]).toEqual([2, expect.stringContaining('did you mean "NoPodSubnet"?')]);
	});
});
