import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { find, sent } from "../support/mocks.ts";

let folder: string;
const openssl = (words: string, input?: string) =>
	execFileSync("openssl", words.split(" "), {
		cwd: folder,
		input,
		encoding: "utf8",
		stdio: ["pipe", "pipe", "ignore"],
	});

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-kubeadm-test-"));
	for (const name of ["ca", "etcd-ca", "front-proxy-ca"])
		openssl(
			`req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 30 -subj /CN=${name} -keyout ${name}.key -out ${name}.crt`,
		);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs with mocks in place of the engine and of @pulumi/command's plugin. Tests on real hosts have another signer. */
it("hands each request to the signer, and no key of a CA to the cluster", async () => {
	const all = await sent(() => import("../../examples/external-signer/index.ts"), {
		certificates: folder,
		controlPlanes: [{ name: "cp-1", connection: { host: "198.18.7.11" } }],
	});
	const commands = all.filter(({ type }) => type === "command:local:Command");
	expect(commands.map(({ name, inputs }) => [name, inputs["environment"]])).toEqual(
		expect.arrayContaining([
			["cp-1-apiserver", { AUTHORITY: "ca", USAGES: "serverAuth" }],
			["cp-1-etcd-peer", { AUTHORITY: "etcd-ca", USAGES: "serverAuth,clientAuth" }],
			["cp-1-front-proxy-client", { AUTHORITY: "front-proxy-ca", USAGES: "clientAuth" }],
			["cp-1-admin.conf", { AUTHORITY: "ca", USAGES: "clientAuth" }],
		]),
	);
	expect(find(all, "CertificateAuthority signed-ca").inputs["privateKey"]).toBe("");
});

it("signs with openssl what a request says, for the usages that are wanted", () => {
	const request = openssl(
		"req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=kube-apiserver -addext subjectAltName=DNS:kubernetes,IP:198.18.7.11 -keyout leaf.key",
	);
	const certificate = new X509Certificate(
		execFileSync(join("examples/external-signer", "sign.sh"), {
			input: request,
			env: { ...process.env, SIGNER_KEYS: folder, AUTHORITY: "ca", USAGES: "serverAuth" },
			stdio: ["pipe", "pipe", "ignore"],
		}),
	);
	expect(certificate.subject).toBe("CN=kube-apiserver");
	expect(certificate.subjectAltName).toBe("DNS:kubernetes, IP Address:198.18.7.11");
	expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
	expect(certificate.ca).toBe(false);
	expect(certificate.verify(new X509Certificate(readFileSync(join(folder, "ca.crt"))).publicKey)).toBe(true);
});
