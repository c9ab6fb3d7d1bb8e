import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { appendFile, chmod, lstat, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fromYaml } from "../../provider/go/yaml/write";
import { cli, withFolder } from "../support/command-line.ts";

const cluster = `
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.37.2
encryptionAlgorithm: ECDSA-P256
`;
const init = (tokens = "[]") => `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 198.18.0.10}
nodeRegistration: {name: cp1}
bootstrapTokens: ${tokens}${cluster}`;

const renderTo = (out: string, stdin: string, ...more: string[]) =>
	cli(["render", "--config", "-", "--out", out, ...more], { stdin });

/** Names of the tokens' files, and what their Secrets say. */
async function tokensIn(out: string): Promise<Record<string, Record<string, string>>> {
	const names = (await readdir(join(out, "objects"))).filter((name) => name.startsWith("bootstrap-token-")).sort();
	const entries = names.map(async (name) => {
		const { data } = fromYaml(await readFile(join(out, "objects", name), "utf8")) as { data: Record<string, string> };
		return [
			name,
			Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()])),
		];
	});
	return Object.fromEntries(await Promise.all(entries));
}

describe("render into a folder that it wrote before", () => {
	it.each([
		["one token that is named and one that is not", "[{token: abcdef.0123456789abcdef}, {description: mine}]"],
		["two tokens that are not named", "[{description: one}, {description: two, ttl: 0s}]"],
		["two tokens that nothing tells apart", "[{}, {}]"],
	])("changes nothing of %s", async (_title, tokens) => {
		await withFolder(async (out) => {
			expect(await renderTo(out, init(tokens))).toMatchObject({ exitCode: 0 });
			const before = await tokensIn(out);
			expect(Object.keys(before)).toHaveLength(2);
			expect(await renderTo(out, init(tokens))).toMatchObject({ exitCode: 0, stdout: "nothing changed\n", stderr: "" });
			expect(await tokensIn(out)).toEqual(before);
		});
	});

	it("gives a token that has ended another end, and nothing else", async () => {
		await withFolder(async (out) => {
			await renderTo(out, init());
			const [name = "", before] = Object.entries(await tokensIn(out))[0]!;
			const path = join(out, "objects", name);
			const secret = fromYaml(await readFile(path, "utf8")) as { data: Record<string, string> };
			const ended = Buffer.from("2026-01-01T00:00:00Z").toString("base64");
			await writeFile(path, (await readFile(path, "utf8")).replace(secret.data["expiration"]!, ended));
			const { exitCode, stdout } = await renderTo(out, init());
			expect([exitCode, stdout]).toEqual([0, `0600 ${path}\n`]);
			const { expiration, ...same } = (await tokensIn(out))[name]!;
			expect({ ...same, expiration: before!["expiration"] }).toEqual(before);
			expect(Date.parse(expiration!)).toBeGreaterThan(Date.now());
		});
	});

	it("names what is there of another configuration and would be run or applied with the rest", async () => {
		await withFolder(async (out) => {
			await renderTo(out, init("[{token: abcdef.0123456789abcdef}]"));
			const other = `${init("[{token: fedcba.0123456789abcdef}]")}proxy: {disabled: true}\n`;
			const { exitCode, stderr } = await renderTo(out, other, "--force");
			expect(exitCode).toBe(0);
			for (const path of ["objects/bootstrap-token-abcdef.yaml", "addons/kube-proxy.yaml"])
				expect(stderr).toContain(`${join(out, path)}: not part of this configuration`);
			expect(stderr.match(/not part of this configuration/g)).toHaveLength(2);
		});
	});

	it("leaves the modes of folders, and links, as they are", async () => {
		await withFolder(async (out) => {
			await renderTo(out, init());
			const [manifests, linked] = [join(out, "etc/kubernetes/manifests"), join(out, "var/lib/kubelet/config.yaml")];
			await chmod(manifests, 0o755);
			await rename(linked, join(out, "elsewhere"));
			await symlink(join(out, "elsewhere"), linked);
			expect(await renderTo(out, init())).toMatchObject({ exitCode: 0, stdout: "nothing changed\n" });
			await chmod(join(out, "elsewhere"), 0o600);
			expect((await renderTo(out, init())).stdout).toBe(`0644 ${linked}\n`);
			expect((await lstat(linked)).isSymbolicLink()).toBe(true);
			expect((await stat(linked)).mode & 0o777).toBe(0o644);
			expect((await stat(manifests)).mode & 0o777).toBe(0o755);
		});
	});

	it("keeps the public keys of others beside that of the service accounts' key", async () => {
		await withFolder(async (out) => {
			await renderTo(out, init());
			const path = join(out, "etc/kubernetes/pki/sa.pub");
			const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
			await appendFile(path, createPublicKey(privateKey).export({ type: "spki", format: "pem" }));
			expect(await renderTo(out, init())).toMatchObject({ exitCode: 0, stdout: "nothing changed\n" });
		});
	});

	it("names all files that stand where folders have to be, and the other way round, and writes nothing", async () => {
		await withFolder(async (out) => {
			await writeFile(join(out, "var"), "");
			await mkdir(join(out, "etc/kubernetes/manifests/etcd.yaml"), { recursive: true });
			const { exitCode, stderr } = await renderTo(out, init());
			expect(exitCode).toBe(1);
			expect(stderr).toContain(`${join(out, "var")}: expected a folder, got a file`);
			expect(stderr).toContain(`${join(out, "etc/kubernetes/manifests/etcd.yaml")}: expected a file, got a folder`);
			expect(await readdir(out)).toEqual(["etc", "var"]);
		});
	});
});

describe("render of a control plane node that joins", () => {
	it("needs the endpoint that all of them share, as kubeadm does", async () => {
		const join_ = `apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
controlPlane: {localAPIEndpoint: {advertiseAddress: 198.18.0.12}}
discovery: {bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: "198.18.0.10:6443", unsafeSkipCAVerification: true}}
nodeRegistration: {name: cp2}${cluster}`;
		await withFolder(async (out) => {
			const { exitCode, stderr } = await renderTo(out, join_, "--etcd-member", "cp1=198.18.0.10");
			expect(exitCode).toBe(1);
			expect(stderr).toContain("ClusterConfiguration: controlPlaneEndpoint: expected an endpoint, as kubeadm requires");
		});
	});
});

describe("the folders of CA certificates", () => {
	it("are those that kubeadm looks for, however they are written", async () => {
		await withFolder(async (out) => {
			const refused = await renderTo(out, init(), "--ca-certificates-dir", "/etc/certs");
			expect(refused.exitCode).toBe(2);
			expect(refused.stderr).toMatch(
				/--ca-certificates-dir: expected one of \/etc\/pki\/ca-trust, .*got "\/etc\/certs"/,
			);
			await renderTo(out, init(), "--ca-certificates-dir", "/usr/share/ca-certificates/");
			const manifest = await readFile(join(out, "etc/kubernetes/manifests/kube-apiserver.yaml"), "utf8");
			expect(manifest).toContain("path: /usr/share/ca-certificates\n");
		});
	});
});
