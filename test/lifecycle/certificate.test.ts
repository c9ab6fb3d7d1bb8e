import { createPrivateKey, X509Certificate } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type CertificateInputs, certificate } from "../../provider/lifecycle/certificate";
import { certificateAuthority } from "../../provider/lifecycle/certificate-authority";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { issueLeaf } from "../../provider/pki/issue";
import { keyPem } from "../../provider/pki/keys";
import { certificateNamesOf } from "../../provider/render/pki/certificates";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { plain } from "../support/preview-form";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const certificatePath = "/etc/kubernetes/pki/apiserver.crt";
const keyPath = "/etc/kubernetes/pki/apiserver.key";

interface Authority {
	certificate: string;
	privateKey: string;
}
let authority: Authority;
let otherAuthority: Authority;
let host: MemoryHost;
let inputs: CertificateInputs;

const newAuthority = async () =>
	(await certificateAuthority.create(certificateAuthority.check({ name: "ca", cluster }, undefined))).outputs;
const check = (from: Authority) =>
	certificate.check({ host: reference, authority: from, name: "apiserver", cluster, node }, undefined);
const sign = async (now: Date, from = authority) => {
	const signing = { certificate: from.certificate, key: createPrivateKey(from.privateKey) };
	const { certificate: pem, key } = await issueLeaf(inputs.request, signing, now);
	return { certificate: pem, key: keyPem(key) };
};
const create = async () => {
	const { id, outputs } = await certificate.create(inputs);
	return { id, state: { ...inputs, ...outputs } };
};

beforeAll(async () => {
	[authority, otherAuthority] = await Promise.all([newAuthority(), newAuthority()]);
});
beforeEach(() => {
	host = new MemoryHost();
	hosts.set("198.18.0.11", host);
	inputs = check(authority);
});

describe("a certificate", () => {
	it.each(["certificatePath", "keyPath"] as const)(
		"with another %s is a new one, and the old one's file goes",
		async (path) => {
			const { id, state } = await create();
			const request = { ...inputs.request, [path]: "/etc/kubernetes/pki/moved.pem" };
			const wanted = { ...inputs, request };
			expect(certificate.diff!(state, wanted)).toEqual({ replaces: ["request"] });
			await certificate.create(wanted);
			await certificate.delete(id, state);
			const there = (file: string) => host.files.has(file);
			expect([request.certificatePath, request.keyPath, inputs.request[path]].map(there)).toEqual([true, true, false]);
		},
	);

	it("is made with its key on the host, and the key nowhere else", async () => {
		const { state } = await create();
		const leaf = new X509Certificate(host.text(certificatePath)!);
		expect(leaf.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
		expect(leaf.checkPrivateKey(createPrivateKey(host.text(keyPath)!))).toBe(true);
		expect(host.files.get(keyPath)!.mode).toBe("0600");
		expect(host.files.get(certificatePath)!.mode).toBe("0644");
		expect(state).toMatchObject({ certificate: host.text(certificatePath), status: "valid" });
		expect(JSON.stringify(state)).not.toContain("PRIVATE KEY");
	});

	it("has neither the CA's key nor another secret among its inputs", () => {
		expect(JSON.stringify(inputs)).not.toContain("PRIVATE KEY");
		expect(inputs.authority.certificate).toBe(authority.certificate);
	});

	it("adopts a valid pair that is there, without writing it", async () => {
		const pair = await sign(new Date());
		host.put(certificatePath, pair.certificate);
		host.put(keyPath, pair.key, "0600");
		const { state } = await create();
		expect(state.certificate).toBe(pair.certificate);
		expect(host.text(keyPath)).toBe(pair.key);
	});

	it.each(certificateNamesOf({}))(
		"of one's own is adopted for %s, and may say more than was asked for",
		async (name) => {
			const wanted = (of = cluster) =>
				certificate.check({ host: reference, authority, name, cluster: of, node }, undefined);
			const { request } = wanted();
			const more = {
				...request,
				sans: [...request.sans, "more.example.test"],
				organizations: [...request.organizations, "Example"],
			};
			const signing = { certificate: authority.certificate, key: createPrivateKey(authority.privateKey) };
			const pair = await issueLeaf(more, signing, new Date());
			host.put(request.certificatePath, pair.certificate);
			host.put(request.keyPath, keyPem(pair.key), "0600");
			const { id, outputs } = await certificate.create(wanted());
			expect(host.text(request.certificatePath)).toBe(pair.certificate);
			expect(host.text(request.keyPath)).toBe(keyPem(pair.key));
			const read = (await certificate.read!(id, { ...wanted(), ...outputs }))!;
			expect(read.status).toBe("valid");
			expect(certificate.diff!(read, wanted())).toEqual({});

			const otherNode = { ...node, name: "cp-9" };
			const next = certificate.check({ host: reference, authority, name, cluster, node: otherNode }, wanted());
			const fits = next.request.commonName === request.commonName && next.request.sans.length === 0;
			const made = await certificate.update(id, read, next);
			expect(made.certificate === pair.certificate).toBe(fits);
			expect(made.status).toBe("valid");
		},
	);

	it("of one's own is adopted with any subject, and with a wildcard for its names, as kubeadm keeps it", async () => {
		const named = { ...cluster, apiServer: { certSANs: ["api.example.test"] } };
		const wanted = certificate.check(
			{ host: reference, authority, name: "apiserver", cluster: named, node },
			undefined,
		);
		const sans = wanted.request.sans.map((name) => name.replace(/^api\./, "*."));
		const signing = { certificate: authority.certificate, key: createPrivateKey(authority.privateKey) };
		const own = { ...wanted.request, commonName: "somebody", organizations: ["Example"], sans };
		const pair = await issueLeaf(own, signing, new Date());
		host.put(certificatePath, pair.certificate);
		host.put(keyPath, keyPem(pair.key), "0600");
		const { id, outputs } = await certificate.create(wanted);
		expect(outputs).toMatchObject({ certificate: pair.certificate, status: "valid" });
		const read = (await certificate.read!(id, { ...wanted, ...outputs }))!;
		expect(certificate.diff!(read, wanted)).toEqual({});
	});

	it("of one's own that cannot stay is refused with all that is wrong with it, and stays where it is", async () => {
		const signing = { certificate: otherAuthority.certificate, key: createPrivateKey(otherAuthority.privateKey) };
		const pair = await issueLeaf({ ...inputs.request, sans: ["api.example.test"] }, signing, new Date());
		host.put(certificatePath, pair.certificate);
		host.put(keyPath, keyPem(pair.key), "0600");
		const said = await create().catch((error: Error) => error.message);
		expect(said).toContain(`${certificatePath}: expected no file, or one with the wanted content`);
		expect(said).toMatch(
			/The existing file cannot stay: it is not signed by this CA; its names: expected .*, got dns:api/,
		);
		expect(host.text(certificatePath)).toBe(pair.certificate);
	});

	it("with more names than are asked for is made anew where it is no one's own", async () => {
		const named = { ...cluster, apiServer: { certSANs: ["api.example.test"] } };
		const before = certificate.check(
			{ host: reference, authority, name: "apiserver", cluster: named, node },
			undefined,
		);
		const { id, outputs } = await certificate.create(before);
		const { certificate: made } = await certificate.update(id, { ...before, ...outputs }, inputs);
		expect(new X509Certificate(made).checkHost("api.example.test")).toBeUndefined();
	});

	it("of a very short life is renewed once in its last third, and not again right after", async () => {
		const minute = { ...cluster, certificateValidityPeriod: "1m" };
		inputs = certificate.check({ host: reference, authority, name: "apiserver", cluster: minute, node }, undefined);
		const { id, state } = await create();
		expect(certificate.diff!(state, inputs)).toEqual({});
		vi.useFakeTimers({ now: Date.now() + 30_000, toFake: ["Date"] });
		try {
			expect(certificate.diff!(state, inputs)).toEqual({});
			vi.setSystemTime(Date.now() + 12_000);
			expect(certificate.diff!(state, inputs)).toMatchObject({ changes: true });
			const renewed = { ...inputs, ...(await certificate.update(id, state, inputs)) };
			expect(renewed.certificate).not.toBe(state.certificate);
			expect(certificate.diff!(renewed, inputs)).toEqual({});
		} finally {
			vi.useRealTimers();
		}
	});

	it("refuses a foreign pair of another CA by name, and leaves it alone", async () => {
		const pair = await sign(new Date(), otherAuthority);
		host.put(certificatePath, pair.certificate);
		host.put(keyPath, pair.key, "0600");
		await expect(create()).rejects.toThrow(`${certificatePath}: expected no file`);
		expect(host.text(certificatePath)).toBe(pair.certificate);
		expect(host.text(keyPath)).toBe(pair.key);
	});

	it("stays when another validity or algorithm is asked for, which its renewal has", async () => {
		const { id, state } = await create();
		const other = { ...cluster, certificateValidityPeriod: "9000h", encryptionAlgorithm: "ECDSA-P256" as const };
		const wanted = certificate.check({ host: reference, authority, name: "apiserver", cluster: other, node }, inputs);
		expect(certificate.diff!(state, wanted)).toEqual({ changes: false });
		const renamed = { ...wanted, request: { ...wanted.request, sans: [] } };
		expect(certificate.diff!(state, renamed)).toEqual({});
		vi.useFakeTimers({ now: new Date(state.notAfter).getTime() - 3_600_000, toFake: ["Date"] });
		try {
			expect(certificate.diff!(state, wanted)).toMatchObject({ changes: true });
			const renewed = await certificate.update(id, state, wanted);
			const life = Date.parse(renewed.notAfter) - Date.now();
			expect(Math.round(life / 3_600_000)).toBe(9000);
			expect(new X509Certificate(renewed.certificate).publicKey.asymmetricKeyType).toBe("ec");
		} finally {
			vi.useRealTimers();
		}
	});

	it("is made anew, as a pair, when its key is lost", async () => {
		const { id, state } = await create();
		await host.remove([keyPath]);
		const read = (await certificate.read!(id, state))!;
		expect(read.status).toBe("its key is another one");
		expect(certificate.diff!(read, inputs)).toMatchObject({ changes: true });
		const outputs = await certificate.update(id, read, inputs);
		expect(outputs.status).toBe("valid");
		expect(outputs.certificate).not.toBe(state.certificate);
		const leaf = new X509Certificate(host.text(certificatePath)!);
		expect(leaf.checkPrivateKey(createPrivateKey(host.text(keyPath)!))).toBe(true);
	});

	it("is gone when both files are", async () => {
		const { id, state } = await create();
		await host.remove([keyPath, certificatePath]);
		expect(await certificate.read!(id, state)).toBeUndefined();
	});

	it("is to be renewed 30 days before its end, and is then made anew", async () => {
		const { id, state } = await create();
		const end = new Date(state.notAfter).getTime();
		const days = (count: number) => count * 24 * 3600 * 1000;
		vi.useFakeTimers({ now: end - days(31), toFake: ["Date"] });
		try {
			expect(certificate.diff!(state, inputs)).toEqual({});
			expect((await certificate.update(id, state, inputs)).certificate).toBe(state.certificate);
			vi.setSystemTime(end - days(29));
			expect(certificate.diff!(state, inputs)).toMatchObject({ changes: true });
			const renewed = await certificate.update(id, state, inputs);
			expect(new Date(renewed.notAfter).getTime() - Date.now()).toBeGreaterThan(days(364));
			expect(host.text(certificatePath)).toBe(renewed.certificate);
		} finally {
			vi.useRealTimers();
		}
	});

	it("that kubeadm renewed is adopted: a newer one of the same CA, subject and names is no change", async () => {
		const { id, state } = await create();
		const renewed = await sign(new Date(Date.now() + 60_000));
		host.put(certificatePath, renewed.certificate);
		host.put(keyPath, renewed.key, "0600");
		const { props, inputs: read } = await dispatch.read("Certificate", id, { ...state });
		expect(await dispatch.diff("Certificate", props, { ...inputs })).toEqual({ changes: false });
		expect(plain(read!)).toEqual(inputs);
		expect(props["certificate"]).toBe(renewed.certificate);
		const outputs = await certificate.update(id, state, inputs);
		expect(outputs.certificate).toBe(renewed.certificate);
		expect(host.text(keyPath)).toBe(renewed.key);
	});

	it("of ours is replaced when a refresh finds one of another CA in its place", async () => {
		const { id, state } = await create();
		const other = await sign(new Date(), otherAuthority);
		host.put(certificatePath, other.certificate);
		host.put(keyPath, other.key, "0600");
		const read = (await certificate.read!(id, state))!;
		expect(read.status).toBe("it is not signed by this CA");
		await certificate.update(id, read, inputs);
		const leaf = new X509Certificate(host.text(certificatePath)!);
		expect(leaf.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
	});

	it("is made anew by the new CA when that changes", async () => {
		const { id, state } = await create();
		await certificate.update(id, state, check(otherAuthority));
		const leaf = new X509Certificate(host.text(certificatePath)!);
		expect(leaf.verify(new X509Certificate(otherAuthority.certificate).publicKey)).toBe(true);
	});

	it("has a key that others can read put right, and stays itself", async () => {
		const { id, state } = await create();
		host.files.get(keyPath)!.mode = "0644";
		const read = (await certificate.read!(id, state))!;
		expect(read.status).toBe("its key's mode: expected 0600, got 0644");
		expect(certificate.diff!(read, inputs)).toMatchObject({ changes: true });
		expect((await certificate.update(id, read, inputs)).certificate).toBe(state.certificate);
		expect(host.files.get(keyPath)!.mode).toBe("0600");
	});

	it("that is no certificate any more is said to be none, and replaced after a refresh", async () => {
		const { id, state } = await create();
		host.put(certificatePath, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
		const read = (await certificate.read!(id, state))!;
		expect(read).toMatchObject({ status: "it is not a PEM certificate", notAfter: "" });
		expect((await certificate.update(id, read, inputs)).status).toBe("valid");
	});

	it("leaves an edited pair alone in an update without a refresh", async () => {
		const { id, state } = await create();
		host.put(certificatePath, "edited");
		await expect(certificate.update(id, state, inputs)).rejects.toThrow("got content edited since");
		expect(host.text(certificatePath)).toBe("edited");
	});

	it("leaves nothing on the host when it is deleted, also twice", async () => {
		const { id, state } = await create();
		await certificate.delete(id, state);
		await certificate.delete(id, state);
		expect(host.paths()).toEqual([]);
	});

	it("of an expired CA is refused before anything is written", async () => {
		const year = 365 * 24 * 3600 * 1000;
		vi.useFakeTimers({ now: Date.now() + 11 * year, toFake: ["Date"] });
		try {
			await expect(create()).rejects.toThrow(
				/^certificate "apiserver": its CA \(CN=kubernetes\) expired on .*nothing was written$/,
			);
		} finally {
			vi.useRealTimers();
		}
		expect(host.paths()).toEqual([]);
	});
});
