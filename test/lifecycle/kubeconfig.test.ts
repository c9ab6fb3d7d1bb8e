import { X509Certificate } from "node:crypto";
import { dump, load } from "js-yaml";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { certificateAuthority } from "../../provider/lifecycle/certificate-authority";
import { type KubeconfigInputs, kubeconfig } from "../../provider/lifecycle/kubeconfig";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const path = "/etc/kubernetes/admin.conf";
const user = { name: "anna", groups: ["developers"], server: "https://198.18.0.11:6443", validitySeconds: 3600 };

let authority: { certificate: string; privateKey: string };
let otherAuthority: { certificate: string; privateKey: string };
let host: MemoryHost;
let inputs: KubeconfigInputs;

const newAuthority = async () =>
	(await certificateAuthority.create(certificateAuthority.check({ name: "ca", cluster }, undefined))).outputs;
const create = async (of = inputs) => {
	const { id, outputs } = await kubeconfig.create(of);
	return { id, state: { ...of, ...outputs } };
};
const parsed = (text: string) => load(text) as any;

beforeAll(async () => {
	[authority, otherAuthority] = await Promise.all([newAuthority(), newAuthority()]);
});
beforeEach(() => {
	host = new MemoryHost();
	hosts.set("198.18.0.11", host);
	inputs = kubeconfig.check({ host: reference, authority, name: "admin.conf", cluster, node }, undefined);
});

describe("a kubeconfig on a host", () => {
	it("is for root only, and its key is not in the state", async () => {
		const { state } = await create();
		expect(host.files.get(path)).toMatchObject({ mode: "0600", owner: "root", group: "root" });
		expect(parsed(host.text(path)!).users[0].name).toBe("kubernetes-admin");
		expect(JSON.stringify(state)).not.toMatch(/PRIVATE KEY|client-key-data/);
		expect(state.status).toBe("valid");
	});

	it("is adopted where it is valid already", async () => {
		const { id, state } = await create();
		const text = host.text(path);
		await kubeconfig.delete(id, state);
		host.put(path, text!, "0600");
		await create();
		expect(host.text(path)).toBe(text);
	});

	it.each(["admin.conf", "super-admin.conf", "controller-manager.conf", "scheduler.conf"] as const)(
		"is adopted as one's own %s, whatever its CA's bundle has more",
		async (name) => {
			const wanted = (from: typeof authority) =>
				kubeconfig.check({ host: reference, authority: from, name, cluster, node }, undefined);
			const { id, state } = await create(wanted(authority));
			const own = `# my own\n${host.text(state.path!)}`;
			await kubeconfig.delete(id, state);
			host.put(state.path!, own, "0600");
			const bundle = { ...authority, certificate: `a bundle\n${authority.certificate}${otherAuthority.certificate}` };
			const { state: adopted } = await create(wanted(bundle));
			expect(host.text(state.path!)).toBe(own);
			expect(adopted.status).toBe("valid");
		},
	);

	it.each([
		["another user", (config: any) => (config.users[0].name = config.contexts[0].context.user = "me")],
		["a token", (config: any) => (config.users[0].user = { token: "abcdef.0123456789abcdef" })],
	])("is adopted as one's own with %s, as kubeadm keeps it, and is no difference afterwards", async (_what, edit) => {
		const { id, state } = await create();
		const config = parsed(host.text(path)!);
		await kubeconfig.delete(id, state);
		edit(config);
		const own = dump(config);
		host.put(path, own, "0600");
		const { id: adopted, state: kept } = await create();
		expect(host.text(path)).toBe(own);
		const read = (await kubeconfig.read!(adopted, kept))!;
		expect(read.status).toBe("valid");
		expect(kubeconfig.diff!(read, inputs)).toEqual({});
		expect(JSON.stringify(read)).not.toContain("0123456789abcdef");
	});

	it("that leads to another server is refused with the reason, and stays where it is", async () => {
		const { id, state } = await create();
		const other = host.text(path)!.replace(/server: .*/, "server: https://198.18.0.99:6443");
		await kubeconfig.delete(id, state);
		host.put(path, other, "0600");
		await expect(create()).rejects.toThrow(
			/this program did not write; .*\nThe existing file cannot stay: its server: expected https:\/\/198.18.0.11:6443, got https:\/\/198.18.0.99:6443\./,
		);
		expect(host.text(path)).toBe(other);
	});

	it("of another user is not taken over from somebody else", async () => {
		const wanted = kubeconfig.check({ host: reference, path, authority, cluster, user }, undefined);
		const { id, state } = await create();
		const admins = host.text(path)!;
		await kubeconfig.delete(id, state);
		host.put(path, admins, "0600");
		await expect(create(wanted)).rejects.toThrow(
			/The existing file cannot stay: its subject: expected CN=anna, O=developers/,
		);
		expect(host.text(path)).toBe(admins);
	});

	it("begins with its CA, as kubeadm's does", async () => {
		await create();
		const { "client-certificate-data": data } = parsed(host.text(path)!).users[0].user;
		const client = new X509Certificate(Buffer.from(data, "base64"));
		expect(client.validFrom).toBe(new X509Certificate(authority.certificate).validFrom);
	});

	it.each([
		[
			"names another server",
			(text: string) => text.replace(/server: .*/, "server: https://198.18.0.99:6443"),
			"its server: expected https://198.18.0.11:6443, got https://198.18.0.99:6443",
		],
		[
			"is no YAML any more",
			() => "{",
			"it is not a kubeconfig; its server: expected https://198.18.0.11:6443, got none; its CA is another one; it is not a PEM certificate",
		],
		[
			"has lost its key",
			(text: string) => text.replace(/client-key-data: .*/, "client-key-data: ''"),
			"its key is another one",
		],
	])("that %s is said to, and put right", async (_what, edit, status) => {
		const { id, state } = await create();
		host.put(path, edit(host.text(path)!), "0600");
		const read = (await kubeconfig.read!(id, state))!;
		expect(read.status).toBe(status);
		expect(kubeconfig.diff!(read, inputs)).toMatchObject({ changes: true });
		expect((await kubeconfig.update(id, read, inputs)).status).toBe("valid");
		expect((await kubeconfig.read!(id, read))!.status).toBe("valid");
	});

	it("that others can read is closed again, with the same content", async () => {
		const { id, state } = await create();
		const text = host.text(path);
		host.files.get(path)!.mode = "0644";
		const read = (await kubeconfig.read!(id, state))!;
		expect(read.status).toBe("its mode: expected 0600, got 0644");
		await kubeconfig.update(id, read, inputs);
		expect(host.files.get(path)!.mode).toBe("0600");
		expect(host.text(path)).toBe(text);
	});

	it("with a certificate of another CA is written anew for the new one", async () => {
		const { id, state } = await create();
		const next = kubeconfig.check(
			{ host: reference, authority: otherAuthority, name: "admin.conf", cluster, node },
			inputs,
		);
		await kubeconfig.update(id, state, next);
		const data = parsed(host.text(path)!).clusters[0].cluster["certificate-authority-data"];
		expect(Buffer.from(data, "base64").toString()).toBe(otherAuthority.certificate);
	});

	it("for another user needs a path there", () => {
		expect(() => kubeconfig.check({ host: reference, authority, cluster, user }, undefined)).toThrow(
			"path: expected an absolute path on the host, got none",
		);
		expect(() => kubeconfig.check({ authority, cluster }, undefined)).toThrow(
			"expected `name` and `node` for one of kubeadm's own, or `user`, got neither",
		);
	});
});

describe("a kubeconfig for the program", () => {
	it("is an output with the user's groups, and touches no host", async () => {
		const { state } = await create(kubeconfig.check({ authority, cluster, user }, undefined));
		const certificate = Buffer.from(
			parsed(state.kubeconfig!).users[0].user["client-certificate-data"],
			"base64",
		).toString();
		const { X509Certificate } = await import("node:crypto");
		expect(new X509Certificate(certificate).subject).toBe("O=developers\nCN=anna");
		expect(host.paths()).toEqual([]);
	});

	it("is made anew in the last third of a short life, and else stays", async () => {
		const wanted = kubeconfig.check({ authority, cluster, user }, undefined);
		const { id, state } = await create(wanted);
		expect(kubeconfig.diff!(state, wanted)).toEqual({});
		expect((await kubeconfig.update(id, state, wanted)).kubeconfig).toBe(state.kubeconfig);
		vi.useFakeTimers({ now: Date.now() + 2500_000, toFake: ["Date"] });
		try {
			expect(kubeconfig.diff!(state, wanted)).toMatchObject({ changes: true });
			expect((await kubeconfig.update(id, state, wanted)).kubeconfig).not.toBe(state.kubeconfig);
		} finally {
			vi.useRealTimers();
		}
	});

	it("with a token has that and no certificate, and never ends", async () => {
		const wanted = kubeconfig.check({ authority, cluster, user, token: "abcdef.0123456789abcdef" }, undefined);
		const { state } = await create(wanted);
		expect(parsed(state.kubeconfig!).users[0].user).toEqual({ token: "abcdef.0123456789abcdef" });
		expect(state).toMatchObject({ notAfter: "", status: "valid" });
		expect(kubeconfig.diff!(state, wanted)).toEqual({});
	});
});
