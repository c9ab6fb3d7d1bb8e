import { chmod, copyFile, mkdir, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, withFolder } from "../support/command-line.ts";
import { cluster, configuration, renderedTree, workerJoin } from "./rendered-tree.ts";

const manifests = "etc/kubernetes/manifests";
const pki = "etc/kubernetes/pki";

describe("diff, where kubeadm leaves files as they are,", () => {
	const { path, diff } = renderedTree();

	it("ignores the modes of folders that a package made or that are a mounted disk", async () => {
		const lines = await diff(async (tree) => {
			for (const folder of [manifests, "var/lib/kubelet", "var/lib/etcd"]) await chmod(join(tree, folder), 0o755);
			await chmod(join(tree, pki), 0o750);
		});
		expect(lines).toEqual([]);
	});

	it("shows a folder that others may write into", async () => {
		const lines = await diff((tree) => chmod(join(tree, manifests), 0o777));
		expect(lines).toEqual([`~ /${manifests}: mode: expected "0700", found "0777"`]);
	});

	it("ignores CAs of the front proxy and of etcd whose keys are kept elsewhere, and the modes of their files", async () => {
		const withoutKeys = async (tree: string) => {
			for (const name of ["front-proxy-ca", "etcd/ca"]) {
				await unlink(join(tree, pki, `${name}.key`));
				await chmod(join(tree, pki, `${name}.crt`), 0o440);
			}
		};
		expect(await diff(withoutKeys)).toEqual([]);
		await withFolder(async (directory) => {
			await mkdir(join(directory, "etcd"));
			for (const name of ["ca.crt", "ca.key", "front-proxy-ca.crt", "etcd/ca.crt", "sa.key", "sa.pub"])
				await copyFile(join(path(), pki, name), join(directory, name));
			expect(await diff(withoutKeys, { args: ["--ca-dir", directory] })).toEqual([]);
		});
	});

	it("shows a missing key that --ca-dir has, and a key that everybody may read", async () => {
		const args = ["--ca-dir", join(path(), pki)];
		const lost = await diff((tree) => unlink(join(tree, pki, "front-proxy-ca.key")), { args });
		expect(lost).toEqual([`- /${pki}/front-proxy-ca.key: expected "a file", found nothing`]);
		const read = await diff((tree) => chmod(join(tree, pki, "ca.key"), 0o644), { args });
		expect(read).toEqual([`~ /${pki}/ca.key: mode: expected "0600", found "0644"`]);
		expect(await diff((tree) => chmod(join(tree, pki, "ca.key"), 0o400), { args })).toEqual([]);
	});

	it("ignores certificates of an external CA that kubeadm would keep", async () => {
		const other = configuration.replace("encryptionAlgorithm: ECDSA-P256", "certificateValidityPeriod: 100h");
		const lines = await diff((tree) => unlink(join(tree, pki, "front-proxy-ca.key")), { config: other });
		expect(lines.filter((line) => line.includes("front-proxy"))).toEqual([]);
		expect(lines.some((line) => line.includes("apiserver.crt: key: "))).toBe(true);
	});

	it("follows links as the kubelet does, and compares the mode and the text of the target", async () => {
		const moved = async (tree: string) => {
			await mkdir(join(tree, "mnt"));
			await rename(join(tree, pki), join(tree, "mnt/pki"));
			await symlink("/mnt/pki", join(tree, pki));
			await rename(join(tree, manifests, "etcd.yaml"), join(tree, "mnt/etcd.yaml"));
			await symlink("../../../mnt/etcd.yaml", join(tree, manifests, "etcd.yaml"));
		};
		expect(await diff(moved)).toEqual([]);
		const open = await diff(async (tree) => {
			await moved(tree);
			await chmod(join(tree, "mnt/etcd.yaml"), 0o644);
		});
		expect(open).toEqual([`~ /${manifests}/etcd.yaml: mode: expected "0600", found "0644"`]);
	});

	it("shows a link to nothing, to itself or to a folder as a missing file", async () => {
		const lines = await diff(async (tree) => {
			for (const [name, target] of [
				["etcd", "/nowhere"],
				["kube-apiserver", "kube-apiserver.yaml"],
				["kube-scheduler", "/etc"],
			]) {
				await unlink(join(tree, manifests, `${name}.yaml`));
				await symlink(target!, join(tree, manifests, `${name}.yaml`));
			}
		});
		expect(lines).toEqual([
			`- /${manifests}/etcd.yaml: expected "a file", found nothing`,
			`- /${manifests}/kube-apiserver.yaml: expected "a file", found nothing`,
			`~ /${manifests}/kube-scheduler.yaml: expected "a file", found "a folder"`,
		]);
	});

	it("ignores folders and hidden files among the manifests, as the kubelet does", async () => {
		const lines = await diff(async (tree) => {
			await mkdir(join(tree, manifests, "old"));
			await writeFile(join(tree, manifests, "old/kube-scheduler.yaml"), "");
			await writeFile(join(tree, manifests, ".kube-scheduler.yaml.swp"), "");
			await symlink("/nowhere", join(tree, manifests, "gone.yaml"));
		});
		expect(lines).toEqual([]);
	});
});

describe("diff of a worker", () => {
	it("compares the CA's algorithm and period only where the file says those of the cluster", async () => {
		await withFolder(async (folder) => {
			const [cp, worker] = [join(folder, "cp"), join(folder, "worker")];
			await cli(["render", "--config", "-", "--out", cp], { stdin: configuration });
			const stdin = `${workerJoin}---\n${cluster}controlPlaneEndpoint: 198.18.0.11:6443\n`;
			const { exitCode } = await cli(["render", "--config", "-", "--out", worker, "--ca-dir", join(cp, pki)], {
				stdin,
			});
			expect(exitCode).toBe(0);
			const alone = ["diff", "--config", "-", "--against", worker, "--kubernetes-version", "v1.37.2"];
			expect(await cli(alone, { stdin: workerJoin })).toEqual({ exitCode: 0, stdout: "", stderr: "" });
			const other = await cli(["diff", "--config", "-", "--against", worker], {
				stdin: stdin.replace("ECDSA-P256", "RSA-2048"),
			});
			expect(other.stdout).toBe(`~ /${pki}/ca.crt: key: expected "RSA-2048", found "ECDSA-P256"\n`);
			await rm(join(worker, pki, "ca.crt"));
			expect((await cli(alone, { stdin: workerJoin })).stdout).toContain(`- /${pki}/ca.crt: expected "a file"`);
		});
	});
});
