import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Minor, minors } from "../../lab/toolchain/tools.ts";
import { type Cluster, resolveCluster } from "../../provider/config/cluster";
import { type HostFacts, type Node, resolveNode } from "../../provider/config/node";
import { componentUsers } from "../../provider/facts/identities";
import { hostUsers } from "../../provider/render/host-users";
import { images } from "../../provider/render/images";
import { kubeconfigNames, kubeconfigPath } from "../../provider/render/kubeconfig";
import { nodeDirectories, nodeFiles } from "../../provider/render/node-plan";
import {
	caNamesOf,
	caRequest,
	certificateNamesOf,
	certificateRequest,
	serviceAccountKeyPaths,
} from "../../provider/render/pki/certificates";
import { rootlessFiles } from "../../provider/render/static-pods/rootless";
import type { UserFiles } from "../../provider/render/user-files";
import { advertiseAddress, type Case, documents, inFolder, kubeadm, thisHost, versionOf } from "./kubeadm";

describe.each(minors)("the phases of kubeadm %s", (minor) => {
	it.each<[string, Case["cluster"]]>([
		["place files and make directories with the same modes and owners", {}],
		["do so for an external etcd", { etcd: { external: { endpoints: ["http://198.18.0.31:2379"] } } }],
	])("%s", async (_title, part) => {
		const cluster = { encryptionAlgorithm: "ECDSA-P256", ...part } as const;
		expect(await placedBy({ cluster }, minor)).toEqual(wanted({ cluster }, minor));
	});

	it("list the same images", async () => {
		const cluster = { imageRepository: "registry.example/k8s", dns: { imageRepository: "registry.k8s.io" } };
		expect(images(resolveCluster({ kubernetesVersion: versionOf(minor), ...cluster }))).toEqual(
			await listedBy({ cluster }, minor),
		);
	});

	it("list no image of etcd where it is external", async () => {
		const cluster = { etcd: { external: { endpoints: ["http://198.18.0.31:2379"] } } };
		expect(images(resolveCluster({ kubernetesVersion: versionOf(minor), ...cluster }))).toEqual(
			await listedBy({ cluster }, minor),
		);
	});

	it("run the control plane as users of its own where it is rootless", async () => {
		const subject: Case = {
			cluster: { encryptionAlgorithm: "ECDSA-P256", featureGates: { RootlessControlPlane: true } },
		};
		const { manifests, passwd, group, placed } = await rootless(subject, minor);
		const { users, groups, newUsers, newGroups } = hostUsers(before);
		expect(passwd).toBe(`${[before.passwd, ...newUsers].join("\n")}\n`);
		expect(group).toBe(`${before.group}${newGroups.join("\n")}\n`);
		expect(hostUsers({ ...before, passwd, group })).toEqual({ users, groups, newUsers: [], newGroups: [] });
		const { cluster, node } = resolved(subject, minor, { ...thisHost(["/etc"]), componentUsers: { users, groups } });
		const files = nodeFiles(cluster, node);
		expect(manifests).toEqual(
			Object.fromEntries(
				Object.keys(manifests).map((name) => [name, files[`/etc/kubernetes/manifests/${name}`]?.content]),
			),
		);
		const ids = (access: { owner: string; group: string }) =>
			`${access.owner === "root" ? 0 : users[access.owner]}:${groups[access.group]}`;
		const etcd = componentUsers.etcd;
		expect(
			[
				...Object.entries(rootlessFiles(cluster)).map(([path, access]) => `${path} ${access.mode} ${ids(access)}`),
				`/var/lib/etcd 0700 ${ids({ owner: etcd, group: etcd })}`,
			].sort(),
		).toEqual(placed.filter((line) => !line.endsWith(" 0:0")));
	});
});

/** Tags of etcd's image; the flags follow them up to 1.35. */
const tags = [
	"3.5.21-0",
	"v3.6.0",
	"3.6.0-0",
	" 3.6.1-0",
	"3.6.1-01",
	"3.6",
	"3.6.2-rc.1+a",
	"4.0.0",
	"03.6.1",
	"latest",
];

describe.each<Minor>(["1.34", "1.35", "1.36"])("etcd's manifest of kubeadm %s", (minor) => {
	it.each(tags)("has the same flags with the image tag %j", async (imageTag) => {
		const subject: Case = { cluster: { etcd: { local: { imageTag } } } };
		const { cluster, node } = resolved(subject, minor);
		const manifest = await inFolder(documents(subject, minor), async (_folder, file) => {
			const { stdout } = await kubeadm(["init", "phase", "etcd", "local", "--config", file], {
				minor,
				hide: ["/etc/kubernetes", "/var/lib"],
				after: `echo "---"; cat /etc/kubernetes/manifests/etcd.yaml`,
			});
			return stdout.slice(stdout.indexOf("---\n") + 4);
		});
		expect(nodeFiles(cluster, node)["/etc/kubernetes/manifests/etcd.yaml"]?.content).toBe(manifest);
	});
});

function resolved(subject: Case, minor: Minor, facts: HostFacts = thisHost()): { cluster: Cluster; node: Node } {
	const cluster = resolveCluster({ kubernetesVersion: versionOf(minor), ...subject.cluster });
	return { cluster, node: resolveNode(cluster, { localAPIEndpoint: { advertiseAddress }, facts }, "control-plane") };
}

/** What is to be on a host: `path mode owner:group`, sorted. */
function wanted(subject: Case, minor: Minor): string[] {
	const { cluster, node } = resolved(subject, minor);
	const { privateKeyPath, publicKeyPath } = serviceAccountKeyPaths(cluster);
	const requests = [
		...caNamesOf(cluster).map((name) => caRequest(name, cluster)),
		...certificateNamesOf(cluster).map((name) => certificateRequest(name, cluster, node)),
	];
	const secret = [
		...kubeconfigNames.map(kubeconfigPath),
		privateKeyPath,
		publicKeyPath,
		...requests.map(({ keyPath }) => keyPath),
	];
	const placed = (mode: string) => (path: string) => [path, { mode, owner: "root", group: "root" }] as const;
	return [
		...Object.entries(nodeFiles(cluster, node)),
		...Object.entries(nodeDirectories(cluster, node)),
		...secret.map(placed("0600")),
		...requests.map(({ certificatePath }) => certificatePath).map(placed("0644")),
	]
		.map(([path, { mode, owner, group }]) => `${path} ${mode} ${owner}:${group}`)
		.sort();
}

/** What the phases leave on a host that has nothing: `path mode owner:group`, sorted. */
async function placedBy(subject: Case, minor: Minor): Promise<string[]> {
	return inFolder(documents(subject, minor), async (_folder, file) => {
		const etcd = subject.cluster?.etcd?.external ? [] : ["etcd local"];
		const phases = ["kubeconfig all", "control-plane all", ...etcd, "kubelet-start"];
		const { stdout } = await kubeadm(["init", "phase", "certs", "all", "--config", file], {
			minor,
			hide: ["/etc", "/var/lib"],
			after: [
				...phases.map((phase) => `"$0" init phase ${phase} --config ${file}`),
				`find /etc /var/lib -printf 'placed %p 0%m %U:%G\\n'`,
			].join("\n"),
		});
		return stdout
			.split("\n")
			.filter((line) => /^placed \/(etc\/kubernetes|var\/lib\/(etcd|kubelet))/.test(line))
			.map((line) => line.slice("placed ".length).replace("0:0", "root:root"))
			.sort();
	});
}

async function listedBy(subject: Case, minor: Minor): Promise<string[]> {
	return inFolder(documents(subject, minor), async (_folder, file) => {
		const { stdout } = await kubeadm(["config", "images", "list", "--config", file], { minor });
		return stdout.trim().split("\n");
	});
}

/** A host's users before kubeadm makes its own. */
const before: UserFiles = {
	loginDefs: "# SYS_UID_MIN 50\nSYS_UID_MIN 200\nSYS_GID_MAX\t\t 900\n",
	passwd: "root:x:0:0:root:/root:/bin/sh\nother:x:201:50:::/bin/false",
	group: "root:x:0:\nother:x:101:\nkubeadm-kas:x:500:kubeadm-kas\n",
};

/** What the phases leave on a host where kubeadm makes the users. */
async function rootless(subject: Case, minor: Minor) {
	return inFolder(documents(subject, minor), async (folder, file) => {
		const there = { "login.defs": before.loginDefs, passwd: before.passwd, group: before.group };
		for (const [name, text] of Object.entries(there)) await writeFile(join(folder, name), text);
		const phases = ["kubeconfig all", "control-plane all", "etcd local"];
		const { stdout } = await kubeadm(["init", "phase", "certs", "all", "--config", file], {
			minor,
			hide: ["/etc", "/var/lib"],
			before: Object.keys(there)
				.map((name) => `cp ${join(folder, name)} /etc/${name}`)
				.join("\n"),
			after: [
				...phases.map((phase) => `"$0" init phase ${phase} --config ${file}`),
				"cd /etc/kubernetes/manifests",
				`for name in *; do echo "=== $name"; cat "$name"; done`,
				`for name in passwd group; do echo "=== $name"; cat "/etc/$name"; done`,
				`echo "=== placed"; find /etc/kubernetes /var/lib -printf '%p 0%m %U:%G\\n'`,
			].join("\n"),
		});
		const parts = stdout.split(/^=== /m).slice(1);
		const files = Object.fromEntries(
			parts.map((part) => [part.split("\n", 1)[0]!, part.slice(part.indexOf("\n") + 1)]),
		);
		const { passwd = "", group = "", placed = "", ...manifests } = files;
		return { manifests, passwd, group, placed: placed.trim().split("\n").sort() };
	});
}
