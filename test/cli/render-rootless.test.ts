import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { configuration as plain } from "../compare/rendered-tree.ts";
import { cli, withFolder } from "../support/command-line.ts";

const configuration = `${plain}featureGates: {RootlessControlPlane: true}\n`;

describe("render for a rootless control plane", () => {
	it("asks for the host's users, whose ids the manifests have", async () => {
		await withFolder(async (folder) => {
			const args = ["render", "--config", "-", "--out", join(folder, "out")];
			const { exitCode, stderr } = await cli(args, { stdin: configuration });
			expect([exitCode, stderr]).toEqual([1, expect.stringContaining("--users-from DIR")]);
			await expect(stat(join(folder, "out"))).rejects.toThrow("ENOENT");
		});
	});

	it("has those that kubeadm finds there or would make, and says who owns what on the host", async () => {
		await withFolder(async (folder) => {
			const [etc, out] = [join(folder, "etc"), join(folder, "out")];
			await mkdir(etc);
			await writeFile(join(etc, "login.defs"), "SYS_UID_MIN 200\nSYS_UID_MAX 900\nSYS_GID_MIN 300\nSYS_GID_MAX 900\n");
			await writeFile(join(etc, "passwd"), "root:x:0:0:root:/root:/bin/sh\nkubeadm-etcd:x:250:350:::/bin/false\n");
			await writeFile(join(etc, "group"), "root:x:0:\nkubeadm-etcd:x:350:kubeadm-etcd\n");
			const args = ["render", "--config", "-", "--out", out, "--users-from", etc];
			const { exitCode, stderr } = await cli(args, { stdin: configuration });
			expect(exitCode).toBe(0);
			const path = join(out, "etc/kubernetes/manifests/etcd.yaml");
			const { spec } = load(await readFile(path, "utf8")) as { spec: { securityContext: object } };
			expect(spec.securityContext).toMatchObject({ runAsUser: 250, runAsGroup: 350 });
			const key = "/etc/kubernetes/pki/sa.key";
			expect(stderr).toContain(`${key}: on the host root:kubeadm-sa-key-readers 0640; here it is the caller's\n`);
			expect((await stat(join(out, key))).mode & 0o777).toBe(0o640);
			const same = await cli(["diff", "--config", "-", "--against", out, "--users-from", etc], {
				stdin: configuration,
			});
			expect([same.exitCode, same.stdout, same.stderr]).toEqual([0, "", ""]);
		});
	});
});

describe("diff for a rootless control plane", () => {
	const diff = (tree: string) => cli(["diff", "--config", "-", "--against", tree], { stdin: configuration });

	it("finds the host's users in the tree that it compares", async () => {
		await withFolder(async (folder) => {
			const [etc, tree] = [join(folder, "tree/etc"), join(folder, "tree")];
			await mkdir(etc, { recursive: true });
			await writeFile(join(etc, "login.defs"), "SYS_UID_MIN 200\nSYS_UID_MAX 900\nSYS_GID_MIN 300\nSYS_GID_MAX 900\n");
			await writeFile(join(etc, "passwd"), "root:x:0:0:root:/root:/bin/sh\nkubeadm-etcd:x:250:350:::/bin/false\n");
			await writeFile(join(etc, "group"), "root:x:0:\nkubeadm-etcd:x:350:kubeadm-etcd\n");
			const render = ["render", "--config", "-", "--out", tree, "--users-from", etc];
			expect((await cli(render, { stdin: configuration })).exitCode).toBe(0);
			expect(await diff(tree)).toEqual({ exitCode: 0, stdout: "", stderr: "" });

			await writeFile(join(etc, "passwd"), "root:x:0:0:root:/root:/bin/sh\nkubeadm-etcd:x:251:350:::/bin/false\n");
			expect((await diff(tree)).stdout).toBe(
				"~ /etc/kubernetes/manifests/etcd.yaml: spec.securityContext.runAsUser: expected 251, found 250\n",
			);
		});
	});

	it("asks for them where the tree has none", async () => {
		await withFolder(async (folder) => {
			const { exitCode, stderr } = await diff(folder);
			expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`got none in ${folder}/etc; give`)]);
			expect(stderr).toContain("--users-from DIR");
		});
	});
});
