import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { inEtcd } from "../clusters/support/etcd.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** A key management service runs on the control plane: it answers as a plugin of KMS v2 does. */
describe("a cluster whose Secrets are encrypted by a key management service", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlane: LabHost;
	const encryptedBy = (providers: object[]) => {
		const configuration = JSON.stringify({
			apiVersion: "apiserver.config.k8s.io/v1",
			kind: "EncryptionConfiguration",
			resources: [{ resources: ["secrets"], providers }],
		});
		const extraVolumes = [{ name: "kms", hostPath: FOLDER, mountPath: FOLDER, pathType: "Directory" }];
		return stack.configure(
			clusterOn(lab, {
				workers: [],
				hardening: { encryption: { configuration } },
				apiServer: { extraVolumes },
			} as never),
		);
	};
	const word = () => kubectl(controlPlane, "get secret kept -o jsonpath={.data.word}");
	const secret = () => inEtcd(controlPlane, "/registry/secrets/default/kept");
	const encoded = Buffer.from("plain-word").toString("base64");

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }] });
		[controlPlane] = lab.hosts as [LabHost];
		for (const [path, content] of [
			["/usr/local/bin/node", await readFile(process.execPath)],
			["/usr/local/lib/kms.mjs", await readFile(new URL("support/kms-plugin.mjs", import.meta.url))],
		] as const)
			await controlPlane.exec(`cat >${path} && chmod +x ${path}`, { check: true, input: content });
		const start = `mkdir -p ${FOLDER} && systemd-run --unit kms /usr/local/bin/node /usr/local/lib/kms.mjs ${SOCKET}`;
		await controlPlane.exec(start, { check: true });
		stack = await testStack("cluster");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("comes up with it, and keeps in etcd what only the service can read", async () => {
		await encryptedBy([kms, { identity: {} }]);
		await stack.up();
		await kubectl(controlPlane, "create secret generic kept --from-literal=word=plain-word");
		expect(await secret()).toMatch(/^k8s:enc:kms:v2:of-test:/);
		expect(await secret()).not.toContain("plain-word");
		expect(await word()).toBe(encoded);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("writes each Secret again once another provider comes first, and reads all of them meanwhile", async () => {
		await encryptedBy([{ identity: {} }, kms]);
		await stack.up();
		expect(await secret()).toContain("plain-word");
		expect(await word()).toBe(encoded);
	});
});

const FOLDER = "/run/kms";
const SOCKET = `${FOLDER}/socket.sock`;
const kms = { kms: { apiVersion: "v2", name: "of-test", endpoint: `unix://${SOCKET}`, timeout: "3s" } };
