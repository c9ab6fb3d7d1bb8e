import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { certificate } from "../../provider/lifecycle/certificate";
import { certificateAuthority } from "../../provider/lifecycle/certificate-authority";
import { certificateSigningRequest } from "../../provider/lifecycle/certificate-signing-request";
import { kubeconfig } from "../../provider/lifecycle/kubeconfig";
import type { Lifecycle } from "../../provider/lifecycle/lifecycle";
import { cluster, node, host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const pki = "/etc/kubernetes/pki";
let folder: string;
let host: MemoryHost;
/** The CA as the program has it: without a key. */
let authority: { certificate: string; privateKey: string };

/** The CA as its owner has it: files, and openssl. */
beforeEach(async () => {
	host = new MemoryHost();
	hosts.set("198.18.0.11", host);
	folder = mkdtempSync(join(tmpdir(), "pulumi-kubeadm-external-"));
	sh(
		"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /O=Example/CN=root -days 400 -keyout ca.key -out ca.crt",
	);
	const given = readFileSync(join(folder, "ca.crt"), "utf8");
	const made = certificateAuthority.check({ name: "ca", cluster, certificate: given, privateKey: "" }, undefined);
	authority = (await certificateAuthority.create(made)).outputs;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sh = (script: string) => execFileSync("sh", ["-ec", script], { cwd: folder, encoding: "utf8", stdio: "pipe" });

/** Types what an error says, with `cat` and `tee` on this host in the place of ssh. */
function type(message: string, edit = (line: string) => line): void {
	for (const line of message.split("\n").filter((text) => text.startsWith("  "))) {
		const [, verb, path, file] = /^ {2}ssh \S+ "(cat|tee) (\S+)" [<>] (\S+)/.exec(line) ?? [];
		if (verb === "cat") writeFileSync(join(folder, file!), host.text(path!)!);
		else if (verb === "tee") host.put(path!, readFileSync(join(folder, file!), "utf8"));
		else sh(edit(line));
	}
}

/** What an engine keeps of a failed or finished operation. */
async function run<I extends object, O extends object>(
	lifecycle: Lifecycle<any, I, O>,
	inputs: I,
	was?: { id: string; state: I & Partial<O> },
): Promise<{ id: string; state: I & O; error?: string }> {
	try {
		if (!was) {
			const { id, outputs } = await lifecycle.create(inputs);
			return { id, state: { ...inputs, ...outputs } };
		}
		return { id: was.id, state: { ...inputs, ...(await lifecycle.update(was.id, was.state, inputs)) } };
	} catch (error) {
		const { id, outputs, message } = error as { id: string; outputs: O; message: string };
		if (!outputs) throw error;
		return { id, state: { ...inputs, ...outputs }, error: message };
	}
}

const askFor = (name: "apiserver" | "admin.conf" | "kubelet.conf", of = cluster) =>
	certificateSigningRequest.check(
		{ host: reference, name, cluster: of, node, caCertificate: authority.certificate },
		undefined,
	);
const apiserver = (given?: string, of = cluster) =>
	certificate.check(
		{ host: reference, authority, name: "apiserver", cluster: of, node, ...(given ? { certificate: given } : {}) },
		undefined,
	);
const admin = (given?: string) =>
	kubeconfig.check(
		{ host: reference, authority, name: "admin.conf", cluster, node, ...(given ? { certificate: given } : {}) },
		undefined,
	);
const days = (count: number) => count * 24 * 3600 * 1000;
/** Signs as a program would. */
const sign = (csr: string, usage: string, ...more: string[]) => {
	writeFileSync(join(folder, "asked.csr"), csr);
	writeFileSync(join(folder, "extensions"), `extendedKeyUsage=${usage}\n`);
	return sh(
		`openssl x509 -req -in asked.csr -CA ca.crt -CAkey ca.key -days 90 -copy_extensions copy -extfile extensions ${more.join(" ")} 2>/dev/null`,
	);
};

describe("an external CA", () => {
	it("has no key here, and the same hash as its certificate", () => {
		expect(authority.privateKey).toBe("");
		const hash = sh("openssl x509 -pubkey -noout -in ca.crt | openssl pkey -pubin -outform der | sha256sum").slice(
			0,
			64,
		);
		expect(authority).toMatchObject({ publicKeyHash: hash });
	});

	it("may get its key later, and lose it again, but may not become another", () => {
		const pem = authority.certificate;
		const privateKey = readFileSync(join(folder, "ca.key"), "utf8");
		const external = certificateAuthority.check({ name: "ca", cluster, certificate: pem }, undefined);
		const own = certificateAuthority.check({ name: "ca", cluster, certificate: pem, privateKey }, external);
		expect(own.givenAuthority).toEqual({ certificate: pem, fingerprint: external.givenAuthority!.fingerprint });
		expect(certificateAuthority.check({ name: "ca", cluster, certificate: pem }, own)).toEqual(external);
		sh(
			"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=root -keyout /dev/null -out other.crt",
		);
		const other = readFileSync(join(folder, "other.crt"), "utf8");
		expect(() => certificateAuthority.check({ name: "ca", cluster, certificate: other }, external)).toThrow(
			"expected the CA of the running cluster, got another one",
		);
	});

	it("makes no kubeconfig for the program, whose key would have to be somewhere", () => {
		const user = { name: "anna", server: "https://198.18.0.11:6443" };
		expect(() => kubeconfig.check({ authority, cluster, user }, undefined)).toThrow(
			"expected the CA's key or a `token`, got a CA that signs elsewhere",
		);
	});
});

describe("a certificate that is signed by hand", () => {
	it("waits for it with one error, whose commands bring it, and is then taken in as it is", async () => {
		const first = await run(certificate, apiserver());
		expect(first.error).toMatch(
			/^root@198.18.0.11:22: \/etc\/kubernetes\/pki\/apiserver.crt: expected a certificate signed by O=Example, CN=root, whose key is not here, got none\nsign \/etc\/kubernetes\/pki\/apiserver.csr for serverAuth, /,
		);
		expect(host.files.get(`${pki}/apiserver.key`)!.mode).toBe("0600");
		expect(JSON.stringify([first])).not.toContain("PRIVATE KEY");
		const key = host.text(`${pki}/apiserver.key`);
		expect(certificate.diff!(first.state, apiserver())).toMatchObject({ changes: true });

		const still = await run(certificate, apiserver(), first);
		expect(still.error).toBe(first.error);

		type(first.error!);
		const signed = host.text(`${pki}/apiserver.crt`)!;
		const taken = await run(certificate, apiserver(), still);
		expect(taken.error).toBeUndefined();
		expect(taken.state).toMatchObject({ status: "valid", certificate: signed });
		expect([host.text(`${pki}/apiserver.crt`), host.text(`${pki}/apiserver.key`)]).toEqual([signed, key]);
		expect(certificate.diff!((await certificate.read!(taken.id, taken.state))!, apiserver())).toEqual({});
		expect(sh(`openssl verify -CAfile ca.crt -purpose sslserver apiserver.crt`)).toBe("apiserver.crt: OK\n");

		await certificate.delete(taken.id, taken.state);
		expect(host.paths()).toEqual([]);
	});

	it("is taken in by the next `up` also when a refresh saw it first", async () => {
		const first = await run(certificate, apiserver());
		type(first.error!);
		const read = (await certificate.read!(first.id, first.state))!;
		expect(read.status).toBe("valid");
		expect(certificate.diff!(read, apiserver())).toMatchObject({ changes: true });
		const taken = await run(certificate, apiserver(), { id: first.id, state: read });
		expect(taken.state.placedDigests).toEqual(taken.state.digests);
		await certificate.delete(taken.id, taken.state);
		expect(host.paths()).toEqual([]);
	});

	it("says all that is wrong with what was put there, and leaves it", async () => {
		const first = await run(certificate, apiserver());
		sh(
			"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=wrong -keyout other.key -out wrong.crt",
		);
		const wrong = readFileSync(join(folder, "wrong.crt"), "utf8");
		host.put(`${pki}/apiserver.crt`, wrong);
		const { error } = await run(certificate, apiserver(), first);
		expect(error).toMatch(
			/got one that does not fit: it is not signed by this CA; its names: expected dns:cp-1 .*, got none; its key is another one\n/,
		);
		expect(host.text(`${pki}/apiserver.crt`)).toBe(wrong);
	});

	it("keeps a key and a request that are there already, as after `kubeadm certs generate-csr`", async () => {
		await run(certificate, apiserver());
		const [key, csr] = [host.text(`${pki}/apiserver.key`)!, host.text(`${pki}/apiserver.csr`)!];
		host = new MemoryHost();
		hosts.set("198.18.0.11", host);
		host.put(`${pki}/apiserver.key`, key, "0600");
		host.put(`${pki}/apiserver.csr`, csr, "0600");
		await run(certificate, apiserver());
		expect([host.text(`${pki}/apiserver.key`), host.text(`${pki}/apiserver.csr`)]).toEqual([key, csr]);
	});

	it("is asked for anew when its names change, and goes on with the one that it has", async () => {
		const first = await run(certificate, apiserver());
		type(first.error!);
		const taken = await run(certificate, apiserver(), first);
		const [key, signed] = [host.text(`${pki}/apiserver.key`), host.text(`${pki}/apiserver.crt`)];
		const named = { ...cluster, apiServer: { certSANs: ["api.example.test"] } };
		const asked = await run(certificate, apiserver(undefined, named), taken);
		expect(asked.error).toContain("its names: expected dns:api.example.test ");
		expect([host.text(`${pki}/apiserver.key`), host.text(`${pki}/apiserver.crt`)]).toEqual([key, signed]);
		type(asked.error!);
		const again = await run(certificate, apiserver(undefined, named), asked);
		expect(new X509Certificate(again.state.certificate).checkHost("api.example.test")).toBe("api.example.test");
	});

	it("is no reason to stop while it ends soon, but one that ended is", async () => {
		const first = await run(certificate, apiserver());
		type(first.error!, (line) => line.replace("-days 365", "-days 40"));
		const taken = await run(certificate, apiserver(), first);
		const log = vi.spyOn(console, "log").mockImplementation(() => {});
		vi.useFakeTimers({ now: Date.now() + days(25), toFake: ["Date"] });
		try {
			expect(certificate.diff!(taken.state, apiserver())).toEqual({});
			vi.setSystemTime(Date.now() + days(3));
			expect(certificate.diff!(taken.state, apiserver())).toMatchObject({ changes: true });
			const soon = await run(certificate, apiserver(), taken);
			expect(soon.error).toBeUndefined();
			expect(soon.state.certificate).toBe(taken.state.certificate);
			expect(log.mock.calls.join()).toContain("whose key is not here, got one that ends soon\n");
			vi.setSystemTime(Date.now() + days(20));
			expect((await run(certificate, apiserver(), soon)).error).toContain("it expired on");
		} finally {
			vi.useRealTimers();
			log.mockRestore();
		}
	});
});

describe("a kubeconfig that is signed by hand", () => {
	const parsed = () => load(host.text("/etc/kubernetes/admin.conf")!) as any;
	const inside = () => Buffer.from(parsed().users[0].user["client-certificate-data"], "base64").toString() as string;

	it("takes the certificate that was put beside it, with the key that is in it", async () => {
		const first = await run(kubeconfig, admin());
		expect(first.error).toContain("sign /etc/kubernetes/admin.conf.csr for clientAuth, ");
		const key = parsed().users[0].user["client-key-data"];
		type(first.error!);
		const signed = host.text("/etc/kubernetes/admin.conf.crt")!;
		const taken = await run(kubeconfig, admin(), first);
		expect(taken.state.status).toBe("valid");
		expect(inside()).toBe(signed);
		expect(parsed().users[0].user["client-key-data"]).toBe(key);
		expect(host.files.has("/etc/kubernetes/admin.conf.crt")).toBe(false);
		expect(kubeconfig.diff!((await kubeconfig.read!(taken.id, taken.state))!, admin())).toEqual({});
		await kubeconfig.delete(taken.id, taken.state);
		expect(host.paths()).toEqual([]);
	});

	it("takes the one that was put into it, as kubeadm has it", async () => {
		const first = await run(kubeconfig, admin());
		const signed = sign(host.text("/etc/kubernetes/admin.conf.csr")!, "clientAuth");
		const text = host.text("/etc/kubernetes/admin.conf")!;
		const data = `client-certificate-data: ${Buffer.from(signed).toString("base64")}`;
		host.put("/etc/kubernetes/admin.conf", text.replace(/client-certificate-data: .*/, data), "0600");
		const read = (await kubeconfig.read!(first.id, first.state))!;
		const taken = await run(kubeconfig, admin(), { id: first.id, state: read });
		expect(taken.state.status).toBe("valid");
		expect(inside()).toBe(signed);
	});

	it("stays with a certificate that says more than was asked for", async () => {
		const first = await run(kubeconfig, admin());
		const subject = "/OU=Platform/O=kubeadm:cluster-admins/CN=kubernetes-admin";
		const signed = sign(host.text("/etc/kubernetes/admin.conf.csr")!, "clientAuth", `-subj ${subject}`);
		host.put("/etc/kubernetes/admin.conf.crt", signed);
		const taken = await run(kubeconfig, admin(), first);
		expect(inside()).toBe(signed);
		const read = (await kubeconfig.read!(taken.id, taken.state))!;
		expect([taken.state.status, read.status]).toEqual(["valid", "valid"]);
		expect(kubeconfig.diff!(read, admin())).toEqual({});
	});

	it("goes on with the same key and certificate when it names another server", async () => {
		const first = await run(kubeconfig, admin());
		type(first.error!);
		const taken = await run(kubeconfig, admin(), first);
		const before = parsed().users;
		const moved = { ...cluster, controlPlaneEndpoint: "api.example.test:6443" };
		const next = kubeconfig.check({ host: reference, authority, name: "admin.conf", cluster: moved, node }, undefined);
		const { state, error } = await run(kubeconfig, next, taken);
		expect([error, state.status]).toEqual([undefined, "valid"]);
		expect(parsed().clusters[0].cluster.server).toBe("https://api.example.test:6443");
		expect(parsed().users).toEqual(before);
	});
});

describe("a request that a program has signed", () => {
	it("is a key and a request on the host, and no key in the state", async () => {
		const { state } = await run(certificateSigningRequest, askFor("apiserver"));
		expect(host.paths().filter((path) => path.startsWith(`${pki}/`))).toEqual([
			`${pki}/apiserver.csr`,
			`${pki}/apiserver.key`,
		]);
		expect(state.csr).toBe(host.text(`${pki}/apiserver.csr`));
		expect(JSON.stringify(state)).not.toContain("PRIVATE KEY");
	});

	it("becomes the certificate of that key, and stays with it through new names", async () => {
		const request = await run(certificateSigningRequest, askFor("apiserver"));
		const key = host.text(`${pki}/apiserver.key`)!;
		const signed = sign(request.state.csr, "serverAuth");
		const made = await run(certificate, apiserver(signed));
		expect(made.state).toMatchObject({ status: "valid", certificate: signed });
		expect(new X509Certificate(signed).checkPrivateKey(createPrivateKey(key))).toBe(true);
		expect(certificate.diff!(made.state, apiserver(signed))).toEqual({});

		const named = { ...cluster, apiServer: { certSANs: ["api.example.test"] } };
		expect(certificateSigningRequest.diff!(request.state, askFor("apiserver", named))).toMatchObject({ changes: true });
		const next = await run(certificateSigningRequest, askFor("apiserver", named), request);
		const resigned = sign(next.state.csr, "serverAuth");
		const { state } = await run(certificate, apiserver(resigned, named), made);
		expect(state.certificate).toBe(resigned);
		expect(host.text(`${pki}/apiserver.key`)).toBe(key);
		expect(new X509Certificate(resigned).checkHost("api.example.test")).toBe("api.example.test");
	});

	it("is no other one for another validity, and no change after a refresh", async () => {
		const request = await run(certificateSigningRequest, askFor("apiserver"));
		const longer = askFor("apiserver", { ...cluster, certificateValidityPeriod: "100h" });
		expect(certificateSigningRequest.diff!(request.state, longer)).toEqual({ changes: false });
		const read = (await certificateSigningRequest.read!(request.id, request.state))!;
		expect(certificateSigningRequest.diff!(read, askFor("apiserver"))).toEqual({ changes: false });
	});

	it("is made anew when its key is lost", async () => {
		const request = await run(certificateSigningRequest, askFor("apiserver"));
		await host.remove([`${pki}/apiserver.key`]);
		const read = (await certificateSigningRequest.read!(request.id, request.state))!;
		expect(read.status).toBe(`${pki}/apiserver.key: no private key`);
		expect(certificateSigningRequest.diff!(read, askFor("apiserver"))).toMatchObject({ changes: true });
		const { state } = await run(certificateSigningRequest, askFor("apiserver"), { id: request.id, state: read });
		expect(state.csr).not.toBe(request.state.csr);
	});

	it("refuses a certificate that does not fit, with all that is wrong, and writes nothing", async () => {
		await run(certificateSigningRequest, askFor("apiserver"));
		const other = await run(certificateSigningRequest, askFor("admin.conf"));
		const wrong = sign(other.state.csr, "clientAuth");
		const before = host.paths();
		await expect(certificate.create(apiserver(wrong))).rejects.toThrow(
			/apiserver.crt: expected a certificate for the key in .*apiserver.key, got one that does not fit: its names: expected .*; its usages: expected serverAuth, got clientAuth; its key is another one; sign .*apiserver.csr again$/,
		);
		expect(host.paths()).toEqual(before);
	});

	it("refuses a kubeconfig's certificate that does not fit, and leaves the kubeconfig as it was", async () => {
		await run(certificateSigningRequest, askFor("admin.conf"));
		const other = await run(certificateSigningRequest, askFor("apiserver"));
		const wrong = sign(other.state.csr, "serverAuth");
		const before = host.paths().map((path) => [path, host.text(path)]);
		await expect(kubeconfig.create(admin(wrong))).rejects.toThrow(
			/admin.conf.crt: expected a certificate for the key in \/etc\/kubernetes\/admin.conf, got one that does not fit: .*its usages: expected clientAuth, got serverAuth; its key is another one; sign \/etc\/kubernetes\/admin.conf.csr again$/,
		);
		expect(host.paths().map((path) => [path, host.text(path)])).toEqual(before);
	});

	it("becomes a kubeconfig, which the request leaves alone from then on", async () => {
		const request = await run(certificateSigningRequest, askFor("admin.conf"));
		const signed = sign(request.state.csr, "clientAuth");
		const made = await run(kubeconfig, admin(signed));
		expect(made.state.status).toBe("valid");
		const text = host.text("/etc/kubernetes/admin.conf");
		const read = (await certificateSigningRequest.read!(request.id, request.state))!;
		expect(certificateSigningRequest.diff!(read, askFor("admin.conf"))).toEqual({ changes: false });
		await certificateSigningRequest.update(request.id, read, askFor("admin.conf"));
		await certificateSigningRequest.delete(request.id, request.state);
		expect(host.text("/etc/kubernetes/admin.conf")).toBe(text);
		await kubeconfig.delete(made.id, made.state);
		expect(host.paths()).toEqual([]);
	});

	it("is done once a kubelet has its own certificate", async () => {
		const request = await run(certificateSigningRequest, askFor("kubelet.conf"));
		const own =
			"users:\n- name: system:node:cp-1\n  user:\n    client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem\n";
		host.put("/etc/kubernetes/kubelet.conf", own, "0600");
		const read = (await certificateSigningRequest.read!(request.id, request.state))!;
		expect(certificateSigningRequest.diff!(read, askFor("kubelet.conf"))).toEqual({ changes: false });
		const { state } = await run(certificateSigningRequest, askFor("kubelet.conf"), request);
		expect(state.csr).toBe(request.state.csr);
		expect(host.text("/etc/kubernetes/kubelet.conf")).toBe(own);
	});
});
