import { createPrivateKey, createPublicKey } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { certificateAuthority } from "../../provider/lifecycle/certificate-authority";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { serviceAccountKey } from "../../provider/lifecycle/service-account-key";
import { type SharedCertificatesInputs, sharedCertificates } from "../../provider/lifecycle/shared-certificates";
import { cluster, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const names = ["ca", "front-proxy-ca", "etcd-ca"] as const;
const pki = "/etc/kubernetes/pki";
let args: Parameters<typeof sharedCertificates.check>[0];
let inputs: SharedCertificatesInputs;
let host: MemoryHost;

const create = async () => {
	const { id, outputs } = await sharedCertificates.create(inputs);
	return { id, state: { ...inputs, ...outputs } };
};

beforeAll(async () => {
	const authorities = await Promise.all(
		names.map(async (name) => {
			const { outputs } = await certificateAuthority.create(certificateAuthority.check({ name, cluster }, undefined));
			return [name, { certificate: outputs.certificate, privateKey: outputs.privateKey }] as const;
		}),
	);
	const { outputs } = await serviceAccountKey.create({ algorithm: "RSA-2048" });
	args = {
		host: reference,
		cluster,
		authorities: Object.fromEntries(authorities) as never,
		serviceAccountKey: outputs.privateKey,
	};
});
beforeEach(() => {
	host = new MemoryHost();
	hosts.set("198.18.0.11", host);
	inputs = sharedCertificates.check(args, undefined);
});

describe("what control planes share", () => {
	it("is the three CAs and the service account key pair, keys for root only", async () => {
		await create();
		const modes = [...host.files]
			.filter(([path]) => path.startsWith(pki))
			.map(([path, { mode }]) => `${mode} ${path.slice(pki.length + 1)}`);
		expect(modes.sort((a, b) => (a.slice(5) < b.slice(5) ? -1 : 1))).toEqual([
			"0644 ca.crt",
			"0600 ca.key",
			"0644 etcd/ca.crt",
			"0600 etcd/ca.key",
			"0644 front-proxy-ca.crt",
			"0600 front-proxy-ca.key",
			"0600 sa.key",
			"0600 sa.pub",
		]);
		const pair = [host.text(`${pki}/sa.key`)!, host.text(`${pki}/sa.pub`)!] as const;
		expect(createPublicKey(createPrivateKey(pair[0])).equals(createPublicKey(pair[1]))).toBe(true);
	});

	it("holds no key in inputs, outputs or what a refresh reads", async () => {
		const { id, state } = await create();
		const read = await dispatch.read("SharedCertificates", id, state as never);
		expect(JSON.stringify([state, read])).not.toContain("PRIVATE KEY");
	});

	it("is no change after a refresh", async () => {
		const { id, state } = await create();
		expect(sharedCertificates.diff!((await sharedCertificates.read!(id, state))!, inputs)).toEqual({});
	});

	it.each<[string, () => unknown]>([
		["CA's key is lost", () => host.remove([`${pki}/ca.key`])],
		["service account's public key is edited", () => host.put(`${pki}/sa.pub`, "edited")],
		["CA's certificate is edited", () => host.put(`${pki}/etcd/ca.crt`, "edited")],
	])("is put back after a refresh when the %s", async (_what, damage) => {
		const { id, state } = await create();
		await damage();
		const read = (await sharedCertificates.read!(id, state))!;
		expect(sharedCertificates.diff!(read, inputs)).toMatchObject({ changes: true });
		await sharedCertificates.update(id, read, inputs);
		expect(sharedCertificates.diff!((await sharedCertificates.read!(id, state))!, inputs)).toEqual({});
	});

	it("refuses another cluster's CA that lies there, by name", async () => {
		host.put(`${pki}/ca.crt`, "another cluster's");
		await expect(create()).rejects.toThrow(`${pki}/ca.crt`);
		expect(host.paths()).toEqual([`${pki}/ca.crt`, "/etc/kubernetes", pki].sort());
	});

	it("says what to type so that a CA that lies there is used", async () => {
		host.put(`${pki}/etcd/ca.crt`, "own");
		host.put(`${pki}/sa.key`, "own");
		const message = await create().then(String, String);
		for (const line of [
			`ssh root@198.18.0.11:22 "cat ${pki}/etcd/ca.crt" > etcd-ca.crt`,
			`ssh root@198.18.0.11:22 "cat ${pki}/etcd/ca.key" > etcd-ca.key`,
			`authorities: { "etcd-ca": { certificate: readFileSync("etcd-ca.crt", "utf8"), privateKey: readFileSync("etcd-ca.key", "utf8") } },`,
			`serviceAccountKey: readFileSync("sa.key", "utf8"),`,
		])
			expect(message).toContain(line);
		expect(message).not.toContain("front-proxy");
	});

	describe("of an external CA", () => {
		beforeEach(() => {
			const { certificate } = args.authorities.ca!;
			const authorities = { ...args.authorities, ca: { certificate, privateKey: "" } };
			inputs = sharedCertificates.check({ ...args, authorities }, undefined);
		});

		it("is its certificate without a key", async () => {
			await create();
			expect(host.text(`${pki}/ca.crt`)).toBe(args.authorities.ca!.certificate);
			expect(host.files.has(`${pki}/ca.key`)).toBe(false);
			expect(host.files.has(`${pki}/front-proxy-ca.key`)).toBe(true);
		});

		it("refuses a key that lies there, with which it would be no external one to kubeadm", async () => {
			host.put(`${pki}/ca.key`, "key", "0600");
			await expect(create()).rejects.toThrow(`${pki}/ca.key: expected no file, as this CA was given without its key`);
			expect(host.files.has(`${pki}/ca.crt`)).toBe(false);
		});

		it("loses the key that was there while the CA was the program's", async () => {
			const external = inputs;
			inputs = sharedCertificates.check(args, undefined);
			const { id, state } = await create();
			expect(host.files.has(`${pki}/ca.key`)).toBe(true);
			const outputs = await sharedCertificates.update(id, state, external);
			expect(host.files.has(`${pki}/ca.key`)).toBe(false);
			expect(sharedCertificates.diff!({ ...external, ...outputs }, external)).toEqual({});
			await sharedCertificates.delete(id, { ...external, ...outputs });
			expect(host.paths()).toEqual([]);
		});
	});

	it("takes over its own files that lie there, and leaves nothing when it is deleted", async () => {
		const { id, state } = await create();
		await sharedCertificates.delete(id, state);
		expect(host.paths()).toEqual([]);
	});
});
