import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { unscored } from "../clusters/support/cis.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { inEtcd } from "../clusters/support/etcd.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

describe("a running cluster that gets the hardened profile, and loses it again", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlane: LabHost;
	const hardened = (hardening: object) => stack.configure(clusterOn(lab, { profile: "hardened", hardening } as never));
	const secret = () => inEtcd(controlPlane, "/registry/secrets/default/before");
	const word = () => kubectl(controlPlane, "get secret before -o jsonpath={.data.word}");
	const encoded = Buffer.from("plain-word").toString("base64");

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		[controlPlane] = lab.hosts as [LabHost];
		stack = await testStack("cluster");
		await stack.configure(clusterOn(lab));
		await stack.up();
		await kubectl(controlPlane, "create secret generic before --from-literal=word=plain-word");
		expect(await secret()).toContain("plain-word");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("is changed in place: nothing is replaced or deleted, and Secrets from before are encrypted", async () => {
		await hardened({});
		const { changes } = await stack.preview();
		expect(changes.filter((change) => !/^(create|update) /.test(change))).toEqual([]);
		await stack.up();
		expect(await unscored(controlPlane)).toEqual([]);
		expect(await secret()).toMatch(/^k8s:enc:secretbox:v1:key1:/);
		expect(await word()).toBe(encoded);
		const pods = "-n kube-system get pods -l k8s-app=kube-proxy -o jsonpath='{.items[*].metadata.name}'";
		for (const pod of (await kubectl(controlPlane, pods)).split(" "))
			expect(await kubectl(controlPlane, `-n kube-system logs ${pod}`)).toContain("Caches are synced");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("cannot leave encrypted Secrets behind that nobody can read", async () => {
		await hardened({ encryption: false });
		await expect(stack.preview()).rejects.toThrow(
			'hardening.encryption: expected "secretbox" or "identity", as Secrets in etcd are encrypted, got "none"',
		);
		await stack.configure(clusterOn(lab));
		await expect(stack.preview()).rejects.toThrow("hardening.encryption: expected");
	});

	it("writes Secrets unencrypted with identity, and then goes without the profile", async () => {
		await hardened({ encryption: "identity" });
		await stack.up();
		expect(await secret()).toContain("plain-word");
		await stack.configure(clusterOn(lab));
		const { changes } = await stack.preview();
		expect(changes.filter((change) => /^(replace|create)/.test(change))).toEqual([]);
		await stack.up();
		expect(await word()).toBe(encoded);
		const owner = await controlPlane.exec(
			"stat -c '%U:%G %a' /var/lib/etcd /var/lib/kubelet/config.yaml; ls /etc/kubernetes",
		);
		expect(owner.stdout.trim().split("\n")).toEqual([
			...["root:root 700", "root:root 644"],
			...[
				"admin.conf",
				"controller-manager.conf",
				"kubelet.conf",
				"manifests",
				"pki",
				"scheduler.conf",
				"super-admin.conf",
			],
		]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});
});
