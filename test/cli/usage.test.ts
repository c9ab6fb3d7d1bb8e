import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, withFolder } from "../support/command-line.ts";

const configuration = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.37.2
encryptionAlgorithm: ECDSA-P256
`;
const commands = ["render", "validate", "images", "diff", "migrate"];

describe("help", () => {
	it("names each command and shows an example of each", async () => {
		const { exitCode, stdout } = await cli(["--help"]);
		expect(exitCode).toBe(0);
		for (const name of commands) {
			expect(stdout).toMatch(new RegExp(`^  ${name} +[a-z]`, "m"));
			expect(stdout).toMatch(new RegExp(`^  pulumi-kubeadm ${name} --`, "m"));
		}
	});

	it.each(commands)("of %s names its options and shows an example", async (name) => {
		const { exitCode, stdout } = await cli([name, "--help"]);
		expect(exitCode).toBe(0);
		expect(stdout).toMatch(/^ {2}--output text\|json /m);
		expect(stdout).toMatch(new RegExp(`^  pulumi-kubeadm ${name} --`, "m"));
	});

	it("is what no command at all gets, with exit code 2", async () => {
		const { exitCode, stdout } = await cli([]);
		expect([exitCode, stdout]).toEqual([2, (await cli(["--help"])).stdout]);
	});
});

describe("what cannot be understood", () => {
	it.each([
		[["rendr"], 'unknown command "rendr", did you mean render?'],
		[["render", "--conifg", "x"], "render: unknown option --conifg, did you mean --config?"],
		[["diff", "--config", "x"], "diff: expected --against DIR, got nothing"],
		[["render", "--config", "x", "--out", ""], "render: --out: expected DIR, got nothing"],
		[["render"], "render: expected --config FILE and --out DIR, got nothing"],
		[["images", "--config"], "images: --config: expected FILE, got nothing"],
		[["images", "--config", "--output", "json"], "images: --config: expected FILE, got nothing"],
		[["images", "--config", "a", "--config", "b"], 'images: --config: expected one value, got two: ["a","b"]'],
		[["images", "--config", "a", "b"], 'images: expected options only, got "b"'],
		[["images", "--config", "a", "--output", "xml"], 'images: --output: expected text or json, got "xml"'],
		[["render", "--config", "a", "--out", "b", "--force=no"], 'render: --force: expected no value, got "no"'],
		[["render", "--config=-", "--out=x", "--node=a", "--address=a"], '--address: expected an IP address, got "a"'],
		[["render", "--config=-", "--out=x", "--node=a", "--etcd-member=b", "--address=198.18.0.1"], "expected NAME=IP"],
	])("%j is told with the next step, and exit code 2", async (args, message) => {
		const { exitCode, stdout, stderr } = await cli(args, { stdin: configuration });
		expect(stderr).toContain(message);
		expect([exitCode, stdout]).toEqual([2, ""]);
	});

	it.each([
		["render", "--config", "--out", "/nonexistent/out"],
		["validate", "--config"],
		["images", "--config"],
		["diff", "--config", "--against", "/"],
		["migrate", "--old-config"],
	])("of %s, a configuration file that cannot be read ends with exit code 2", async (name, option, ...more) => {
		for (const [file, reason] of [
			["/nonexistent/kubeadm.yaml", "ENOENT"],
			["/", "EISDIR"],
		] as const) {
			const { exitCode, stdout, stderr } = await cli([name, option, file, ...more]);
			expect(stderr).toContain(`"${file}": expected a configuration file that can be read, got ${reason}`);
			expect([exitCode, stdout]).toEqual([2, ""]);
		}
	});

	it.each([
		["render", "--out", "/nonexistent/out", "--address", "198.18.0.1", "--ca-dir", "/nonexistent/pki"],
		["render", "--out", "/nonexistent/out", "--address", "198.18.0.1", "--patches", "/nonexistent/patches"],
		["diff", "--against", "/nonexistent/tree"],
	])("%j with a folder that cannot be read ends with exit code 2", async (...args) => {
		const named = ["--config", "-", "--node", "cp-1"];
		const { exitCode, stdout, stderr } = await cli([...args, ...named], { stdin: configuration });
		expect(stderr).toContain("/nonexistent/");
		expect([exitCode, stdout]).toEqual([2, ""]);
	});

	it("a file in another encoding is refused as by kubeadm, and not read with other letters", async () => {
		await withFolder(async (folder) => {
			const file = join(folder, "kubeadm.yaml");
			await writeFile(file, Buffer.from(`${configuration}clusterName: \u00fc\n`, "latin1"));
			expect(await cli(["validate", "--config", file])).toEqual({
				exitCode: 1,
				stdout: "",
				stderr: `${JSON.stringify(file)}: expected a configuration file that can be read, got text that is not in UTF-8; \`iconv -t UTF-8\` converts it\n`,
			});
		});
	});

	it("with --output json an error is JSON too, and no stack is printed", async () => {
		const { exitCode, stdout, stderr } = await cli(["images", "--config", "-", "--output", "json"], {
			stdin: configuration.replace("v1.37.2", "stable"),
		});
		expect(exitCode).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({ problems: [{ path: expect.stringContaining("kubernetesVersion") }] });
		expect(stderr).not.toContain("    at ");
	});
});

describe("render", () => {
	it("says what it needs to know of the host, and how to say it", async () => {
		await withFolder(async (folder) => {
			const out = join(folder, "out");
			const nameless = await cli(["render", "--config", "-", "--out", out], { stdin: configuration });
			expect(nameless.stderr).toContain(
				"nodeRegistration.name: expected the node's name, got nothing; add the name, or give --node",
			);
			const homeless = await cli(["render", "--config", "-", "--out", out, "--node", "cp-1"], { stdin: configuration });
			expect(homeless.stderr).toContain("advertiseAddress: expected the address of the node's API server, got nothing");
			expect([nameless.exitCode, homeless.exitCode]).toEqual([1, 1]);
		});
	});

	it("changes nothing when it is run again, and refuses another configuration without --force", async () => {
		await withFolder(async (folder) => {
			const out = join(folder, "out");
			const render = (stdin: string, ...more: string[]) =>
				cli(["render", "--config", "-", "--out", out, "--node", "cp-1", "--address", "198.18.0.10", ...more], {
					stdin,
				});
			expect((await render(configuration)).exitCode).toBe(0);
			const read = (name: string) => readFile(join(out, name), "utf8");
			const [ca, key] = [await read("etc/kubernetes/pki/ca.crt"), await read("etc/kubernetes/pki/apiserver.key")];

			expect(await render(configuration)).toEqual({ exitCode: 0, stdout: "nothing changed\n", stderr: "" });

			const other = `${configuration}controllerManager: {extraArgs: [{name: v, value: "2"}]}\n`;
			const refused = await render(other);
			expect(refused.exitCode).toBe(1);
			expect(refused.stderr).toContain("got 2 files with other content; nothing was written");
			expect(refused.stderr).toContain(join(out, "etc/kubernetes/manifests/kube-controller-manager.yaml"));
			expect(await read("etc/kubernetes/manifests/kube-controller-manager.yaml")).not.toContain("--v=2");

			const forced = await render(other, "--force");
			expect(forced.stdout.split("\n").filter(Boolean).sort()).toEqual(
				[
					`0600 ${join(out, "etc/kubernetes/manifests/kube-controller-manager.yaml")}`,
					`0644 ${join(out, "objects/kubeadm-config.yaml")}`,
				].sort(),
			);
			expect(await read("etc/kubernetes/manifests/kube-controller-manager.yaml")).toContain("--v=2");
			expect([await read("etc/kubernetes/pki/ca.crt"), await read("etc/kubernetes/pki/apiserver.key")]).toEqual([
				ca,
				key,
			]);
		});
	});

	it("leaves nothing behind when a CA is no CA's", async () => {
		await withFolder(async (folder) => {
			await writeFile(join(folder, "ca.crt"), "no certificate");
			const { exitCode, stderr } = await cli(
				["render", "--config", "-", "--out", "out", "--ca-dir", ".", "--node", "cp-1", "--address", "198.18.0.10"],
				{ stdin: configuration, cwd: folder },
			);
			expect([exitCode, stderr]).toEqual([
				1,
				"/etc/kubernetes/pki/ca.crt: expected PEM, unencrypted, got something else\n",
			]);
			await expect(readFile(join(folder, "out"))).rejects.toThrow("ENOENT");
		});
	});
});
