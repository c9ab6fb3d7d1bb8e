import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Minor, minors, newestMinor } from "../../lab/toolchain/tools.ts";
import type { ClusterSpec } from "../../provider/config/cluster";
import type { NodeSpec } from "../../provider/config/node";
import { fromYaml } from "../../provider/go/yaml/write";
import { certificateAuthority } from "../../provider/lifecycle/certificate-authority";
import { certificateSigningRequest } from "../../provider/lifecycle/certificate-signing-request";
import { type KubeconfigName, kubeconfigNames } from "../../provider/render/kubeconfig";
import { type CertificateName, certificateNamesOf } from "../../provider/render/pki/certificates";
import { host as reference } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { hosts } from "../support/reachable";
import { advertiseAddress, type Case, documents, inFolder, kubeadm, thisHost, version, versionOf } from "./kubeadm";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const subjects: [string, Omit<ClusterSpec, "kubernetesVersion">, NodeSpec, Minor][] = [
	...minors.map((minor): (typeof subjects)[number] => [
		`the defaults of ${minor} and small keys`,
		{ encryptionAlgorithm: "ECDSA-P256" },
		{ name: "cp-1" },
		minor,
	]),
	[
		"names and addresses of all kinds",
		{
			encryptionAlgorithm: "ECDSA-P384",
			clusterName: "lab",
			controlPlaneEndpoint: "api.example.test:8443",
			networking: { serviceSubnet: "fd00:10::/112", dnsDomain: "lab.example.test" },
			apiServer: { certSANs: ["z.example.test", "*.example.test", "198.18.0.99", "fd00::1", "cp-1", "198.18.0.99"] },
			etcd: { local: { serverCertSANs: ["etcd.example.test", "198.18.0.98"], peerCertSANs: ["fd00::2"] } },
		},
		{ name: "cp-1" },
		newestMinor,
	],
];

beforeEach(() => hosts.clear());

describe.each(subjects)("requests with %s", (_name, cluster, node, minor) => {
	let theirs: Record<string, { content: string; mode: string }>;
	let ours: MemoryHost;

	beforeAll(async () => {
		theirs = await generateCsr(cluster, node, minor);
		ours = await generated(cluster, node, minor);
	}, 60_000);

	it("lie where kubeadm puts them, with its modes", () => {
		const placed = [...ours.files]
			.filter(([path]) => path.startsWith("/etc/kubernetes/"))
			.map(([path, { mode }]) => `${mode} ${path.slice("/etc/kubernetes/".length)}`);
		expect(placed.sort()).toEqual(
			Object.entries(theirs)
				.map(([path, { mode }]) => `${mode} ${path}`)
				.sort(),
		);
	});

	it("say what kubeadm's say: subject, names, kind of key and signature", () => {
		const requests = Object.keys(theirs).filter((path) => path.endsWith(".csr"));
		expect(requests).toHaveLength(12);
		for (const path of requests)
			expect({ path, ...said(ours.text(`/etc/kubernetes/${path}`)!) }).toEqual({
				path,
				...said(theirs[path]!.content),
			});
	});

	it("stand beside kubeconfigs that are kubeadm's but for the key, the CA, and the kubelet's own server", () => {
		for (const name of kubeconfigNames) {
			const mine = withoutSecrets(ours.text(`/etc/kubernetes/${name}`)!);
			const kubeadms = withoutSecrets(theirs[name]!.content);
			const server = name === "kubelet.conf" ? `https://${advertiseAddress}:6443` : kubeadms.server;
			expect([name, mine]).toEqual([name, { ...kubeadms, server }]);
		}
	});
});

it("a request with an RSA key has kubeadm's kind of key and signature", async () => {
	const theirs = await generateCsr({}, { name: "cp-1" });
	const host = new MemoryHost();
	hosts.set(reference.connection.host, host);
	await ask({ kubernetesVersion: version }, { name: "cp-1" }, "front-proxy-client");
	const path = "pki/front-proxy-client";
	expect(said(host.text(`/etc/kubernetes/${path}.csr`)!)).toEqual(said(theirs[`${path}.csr`]!.content));
	const header = (pem: string) => pem.split("\n")[0];
	expect(header(host.text(`/etc/kubernetes/${path}.key`)!)).toBe(header(theirs[`${path}.key`]!.content));
}, 120_000);

it("a service account key is of kubeadm's kind for each algorithm, private and public", async () => {
	const { serviceAccountKey } = await import("../../provider/lifecycle/service-account-key");
	for (const algorithm of ["RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384"] as const) {
		const theirs = await inFolder([], async (folder) => {
			const pki = join(folder, "sa");
			const file = configuration(pki, { cluster: { encryptionAlgorithm: algorithm } });
			await kubeadm(["init", "phase", "certs", "sa", "--config", file]);
			return ["sa.key", "sa.pub"].map((name) => readFileSync(join(pki, "pki", name), "utf8"));
		});
		const { outputs } = await serviceAccountKey.create({ algorithm });
		const kinds = (pems: string[]) => pems.map((pem) => [pem.split("\n")[0], kindOf(pem)]);
		expect(kinds([outputs.privateKey, outputs.publicKey])).toEqual(kinds(theirs));
	}
}, 120_000);

/** The real `kubeadm certs generate-csr`: files by their path under /etc/kubernetes. */
async function generateCsr(cluster: Omit<ClusterSpec, "kubernetesVersion">, node: NodeSpec, minor = newestMinor) {
	return inFolder([], async (folder) => {
		const out = join(folder, "out");
		const file = configuration(out, { cluster, node }, minor);
		await kubeadm(["certs", "generate-csr", "--config", file, "--kubeconfig-dir", out], { minor });
		const names = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) =>
			statSync(join(out, name)).isFile(),
		);
		return Object.fromEntries(
			names.map((name) => {
				const content = readFileSync(join(out, name), "utf8");
				return [name, { content, mode: `0${(statSync(join(out, name)).mode & 0o777).toString(8)}` }];
			}),
		);
	});
}

/** kubeadm's configuration, in a folder that its certificates come into too. */
function configuration(folder: string, subject: Case, minor?: Minor): string {
	const [init, clusterConfiguration] = documents(subject, minor) as [object, object];
	const file = `${folder}.yaml`;
	const texts = [init, { ...clusterConfiguration, certificatesDir: join(folder, "pki") }].map((text) =>
		JSON.stringify(text),
	);
	writeFileSync(file, texts.join("\n---\n"));
	return file;
}

/** Ours, on a host in memory. */
async function generated(
	cluster: Omit<ClusterSpec, "kubernetesVersion">,
	node: NodeSpec,
	minor: Minor,
): Promise<MemoryHost> {
	const host = new MemoryHost();
	hosts.set(reference.connection.host, host);
	for (const name of [...certificateNamesOf({}), ...kubeconfigNames])
		await ask({ kubernetesVersion: versionOf(minor), ...cluster }, node, name);
	return host;
}

async function ask(cluster: ClusterSpec, node: NodeSpec, name: CertificateName | KubeconfigName): Promise<void> {
	const small: ClusterSpec = { ...cluster, encryptionAlgorithm: "ECDSA-P256" };
	const { outputs } = await certificateAuthority.create(
		certificateAuthority.check({ name: "ca", cluster: small }, undefined),
	);
	const facts = thisHost();
	const full = { facts, localAPIEndpoint: { advertiseAddress }, ...node };
	const args = { host: reference, name, cluster, node: full, caCertificate: outputs.certificate };
	await certificateSigningRequest.create(certificateSigningRequest.check(args, undefined));
}

/** What openssl reads in a request; it also checks its signature. */
function said(csr: string) {
	const openssl = (...args: string[]) =>
		execFileSync("openssl", args, { input: csr, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
	const text = openssl("req", "-noout", "-text", "-verify");
	return {
		subject: openssl("req", "-noout", "-subject"),
		key: /Public-Key: .*/.exec(text)?.[0],
		signature: /Signature Algorithm: .*/.exec(text)?.[0],
		requested: text.slice(text.indexOf("Attributes:"), text.indexOf("Signature Algorithm:")),
	};
}

function kindOf(pem: string): string | undefined {
	const more = pem.includes("PUBLIC") ? ["-pubin"] : [];
	const folder = mkdtempSync(join(tmpdir(), "parity-key-"));
	try {
		const file = join(folder, basename("key.pem"));
		writeFileSync(file, pem, { mode: 0o600 });
		return /\((\d+) bit/.exec(
			execFileSync("openssl", ["pkey", "-in", file, ...more, "-noout", "-text"], { encoding: "utf8" }),
		)?.[1];
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function withoutSecrets(text: string) {
	const { clusters, users, ...config } = fromYaml(text) as any;
	const { "certificate-authority-data": _ca, server, ...cluster } = clusters[0].cluster;
	const { "client-key-data": key, "client-certificate-data": _empty, ...user } = users[0].user;
	const pem = Buffer.from(key, "base64").toString().split("\n")[0];
	return { server, cluster, name: clusters[0].name, user: users[0].name, users: users.length, more: user, pem, config };
}
