import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli } from "../support/command-line.ts";
import { cluster, configuration, renderedTree, workerJoin } from "./rendered-tree.ts";

const kubernetes = "/etc/kubernetes";
const pki = `${kubernetes}/pki`;
const withEndpoint = `${cluster}controlPlaneEndpoint: 198.18.0.11:6443\n`;

/** Puts files with some text at these paths. */
async function place(tree: string, ...paths: string[]): Promise<void> {
	for (const path of paths) {
		await mkdir(join(tree, path, ".."), { recursive: true });
		await writeFile(join(tree, path), "");
	}
}

const tooMuch = (path: string) => `+ ${path}: expected nothing, found "a file"`;

describe("diff of a control plane node", () => {
	const { diff } = renderedTree();

	it("leaves aside what is not kubeadm's, as it does", async () => {
		const lines = await diff((tree) =>
			place(
				tree,
				`${pki}/webhook.key`,
				`${pki}/apiserver.csr`,
				`${kubernetes}/audit.yaml`,
				`${kubernetes}/tmp/old.yaml`,
			),
		);
		expect(lines).toEqual([]);
	});

	it("shows a bootstrap kubeconfig that kubeadm would have removed", async () => {
		const path = `${kubernetes}/bootstrap-kubelet.conf`;
		expect(await diff((tree) => place(tree, path))).toEqual([tooMuch(path)]);
	});

	it("lets others put there what phases that are skipped would have made", async () => {
		const config = configuration.replace("---\n", "skipPhases: [certs, kubeconfig]\n---\n");
		expect((await diff(async () => {}, { config })).filter((line) => line.startsWith("+"))).toEqual([]);
	});
});

describe("diff of a control plane node with an external etcd", () => {
	const external = `${configuration}etcd:
  external:
    endpoints: [https://198.18.0.20:2379]
    caFile: ${pki}/etcd/ca.crt
    certFile: ${pki}/apiserver-etcd-client.crt
    keyFile: ${pki}/apiserver-etcd-client.key
`;
	const { diff } = renderedTree(external);

	it("shows etcd's keys, save those that it names", async () => {
		const named = [`${pki}/etcd/ca.crt`, `${pki}/apiserver-etcd-client.crt`, `${pki}/apiserver-etcd-client.key`];
		expect(await diff((tree) => place(tree, ...named))).toEqual([]);
		const others = [`${pki}/etcd/ca.key`, `${pki}/etcd/server.crt`];
		expect(await diff((tree) => place(tree, ...named, ...others))).toEqual(others.map(tooMuch));
	});
});

describe("diff of a node that joined", () => {
	let made: string;
	beforeAll(async () => {
		made = await mkdtemp(join(tmpdir(), "leftovers-"));
		await cli(["render", "--config", "-", "--out", join(made, "cp")], { stdin: configuration });
		const stdin = `${workerJoin}---\n${withEndpoint}`;
		const args = ["render", "--config", "-", "--out", join(made, "worker"), "--ca-dir", join(made, "cp", pki)];
		expect((await cli(args, { stdin })).exitCode).toBe(0);
	});
	afterAll(() => rm(made, { recursive: true }));

	it("shows on a worker what is a control plane's", async () => {
		const paths = [`${kubernetes}/admin.conf`, `${pki}/ca.key`, `${pki}/etcd/ca.key`, `${pki}/sa.key`];
		await place(join(made, "worker"), ...paths, `${pki}/own.key`);
		await copyFile(join(made, "cp", pki, "ca.key"), join(made, "worker", pki, "ca.key"));
		const { stdout } = await cli(["diff", "--config", "-", "--against", join(made, "worker")], {
			stdin: `${workerJoin}---\n${withEndpoint}`,
		});
		expect(stdout.split("\n").filter(Boolean)).toEqual(paths.map(tooMuch));
	});

	it("shows the first node's super-admin.conf on another control plane node", async () => {
		const tree = join(made, "cp-2");
		const join2 = workerJoin
			.replace("worker-1", "cp-2")
			.concat("controlPlane: {localAPIEndpoint: {advertiseAddress: 198.18.0.12}}\n");
		const stdin = `${join2}---\n${withEndpoint}`;
		const more = ["--config", "-", "--ca-dir", join(made, "cp", pki), "--etcd-member", "cp-1=198.18.0.11"];
		expect((await cli(["render", "--out", tree, ...more], { stdin })).exitCode).toBe(0);
		expect((await cli(["diff", "--against", tree, ...more], { stdin })).stdout).toBe("");
		await place(tree, `${kubernetes}/super-admin.conf`);
		const { stdout } = await cli(["diff", "--against", tree, ...more], { stdin });
		expect(stdout).toBe(`${tooMuch(`${kubernetes}/super-admin.conf`)}\n`);
	});
});
