import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { minors } from "../../lab/toolchain/tools.ts";
import { resolveCluster } from "../../provider/config/cluster";
import { resolveNode } from "../../provider/config/node";
import { issueAuthority, issueLeaf } from "../../provider/pki/issue";
import { caRequest, certificateRequest } from "../../provider/render/pki/certificates";
import { advertiseAddress, documents, inFolder, kubeadm, thisHost, versionOf } from "./kubeadm";

const names = ["apiserver", "etcd-server", "etcd-peer"] as const;
const nodeNames = { "another address than its own": "192.0.2.77", "its own address": advertiseAddress };
const cases = minors.flatMap((minor) =>
	Object.entries(nodeNames).map(([kind, nodeName]) => ({ minor, kind, nodeName })),
);

/** Other comparisons of certificates leave the kind of a name out; these show `DNS:` beside `IP Address:`. */
describe("the certificates of a node whose name is an address", () => {
	it.each(cases)("have the names that kubeadm $minor gives them, kind by kind, for $kind", async (subject) => {
		const theirs = await namesByKubeadm(subject);
		for (const name of names) expect(theirs[name]).toContain(`DNS:${subject.nodeName}`);
		expect(await namesByThisPackage(subject)).toEqual(theirs);
	});
});

type Subject = (typeof cases)[number];
type Names = Record<(typeof names)[number], string[]>;

/** Names in the certificates of `kubeadm init phase certs all`, as `DNS:cp-1` or `IP Address:192.0.2.11`. */
async function namesByKubeadm({ minor, nodeName }: Subject): Promise<Names> {
	const [init, cluster] = documents(
		{ cluster: { encryptionAlgorithm: "ECDSA-P256" }, node: { name: nodeName } },
		minor,
	);
	return inFolder([init!, { ...cluster, certificatesDir: "/etc/kubernetes/pki" }], async (folder, file) => {
		await kubeadm(["init", "phase", "certs", "all", "--config", file], {
			minor,
			hide: ["/etc/kubernetes"],
			after: `cp -r /etc/kubernetes/pki ${join(folder, "pki")}`,
		});
		const read = (name: string) => readFile(join(folder, "pki", `${name.replace("etcd-", "etcd/")}.crt`), "utf8");
		return namesIn(read);
	});
}

/** Names in the certificates that this package issues from the same configuration. */
async function namesByThisPackage({ minor, nodeName }: Subject): Promise<Names> {
	const cluster = resolveCluster({ kubernetesVersion: versionOf(minor), encryptionAlgorithm: "ECDSA-P256" });
	const node = resolveNode(
		cluster,
		{ name: nodeName, facts: thisHost(), localAPIEndpoint: { advertiseAddress } },
		"control-plane",
	);
	return namesIn(async (name) => {
		const request = certificateRequest(name, cluster, node);
		const now = new Date();
		const authority = await issueAuthority(caRequest(request.ca!, cluster), now);
		return (await issueLeaf(request, authority, now)).certificate;
	});
}

async function namesIn(read: (name: (typeof names)[number]) => Promise<string>): Promise<Names> {
	const found = names.map(async (name) => {
		const { subjectAltName = "" } = new X509Certificate(await read(name));
		return [name, subjectAltName.split(", ")];
	});
	return Object.fromEntries(await Promise.all(found));
}
