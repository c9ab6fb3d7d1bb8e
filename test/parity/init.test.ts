import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { minors } from "../../lab/toolchain/tools.ts";
import { type Cluster, resolveCluster } from "../../provider/config/cluster";
import { type Node, resolveNode } from "../../provider/config/node";
import { fromYaml } from "../../provider/go/yaml/write";
import { coreDns } from "../../provider/render/addons/coredns";
import { kubeProxy } from "../../provider/render/addons/kube-proxy";
import { kubeconfig, kubeconfigNames, kubeconfigRequest } from "../../provider/render/kubeconfig";
import type { KubernetesObject } from "../../provider/render/kubernetes-object";
import { nodeFiles } from "../../provider/render/node-plan";
import { bootstrapTokenSecret, type Secret } from "../../provider/render/objects/bootstrap-token";
import { clusterInfoConfigMap, kubeadmConfigMap, kubeletConfigMap } from "../../provider/render/objects/config-maps";
import { nodeMarks } from "../../provider/render/objects/node-marks";
import { rbacObjects } from "../../provider/render/objects/rbac";
import {
	type CertificateRequest,
	caNamesOf,
	caRequest,
	certificateNamesOf,
	certificateRequest,
	serviceAccountKeyPaths,
} from "../../provider/render/pki/certificates";
import { staticPodNamesOf } from "../../provider/render/static-pods/static-pods";
import { cases } from "./cases";
import { certificateFacts, requestFacts } from "./certificate-facts";
import { advertiseAddress, byName, type DryRun, dryRun, thisHost, token, versionOf } from "./kubeadm";

const runs = Object.entries(cases).flatMap(([title, subject]) =>
	(subject.minors ?? minors).map((minor) => ({ title, subject, minor })),
);

describe.each(runs)("kubeadm init of $minor with $title", ({ subject, minor }) => {
	let real: DryRun;
	let cluster: Cluster;
	let node: Node;
	let ours: Record<string, { content: string; mode: string }>;

	beforeAll(async () => {
		real = await dryRun(subject, minor);
		cluster = resolveCluster({ kubernetesVersion: versionOf(minor), ...subject.cluster });
		const localAPIEndpoint = { advertiseAddress, ...subject.node?.localAPIEndpoint };
		const facts = thisHost(subject.hide, subject.resolvConf);
		node = resolveNode(cluster, { ...subject.node, localAPIEndpoint, facts }, "control-plane");
		ours = nodeFiles(cluster, node);
	}, 60_000);

	it("writes the same manifests, byte for byte", () => {
		const names = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
		expect<string[]>(staticPodNamesOf(cluster)).toEqual(names.filter((name) => `${name}.yaml` in real.files));
		for (const name of staticPodNamesOf(cluster)) {
			expect(ours[`/etc/kubernetes/manifests/${name}.yaml`]).toMatchObject(file(`${name}.yaml`));
		}
	});

	it("writes the same kubelet configuration and flags", () => {
		for (const name of ["config.yaml", "instance-config.yaml"]) {
			const found = ours[`/var/lib/kubelet/${name}`];
			expect(found !== undefined).toBe(name in real.files);
			if (found === undefined) continue;
			const { content, mode } = found;
			expect({ content: fromYaml(content), mode }).toEqual({ ...file(name), content: fromYaml(file(name).content) });
		}
		expect(ours["/var/lib/kubelet/kubeadm-flags.env"]).toMatchObject(file("kubeadm-flags.env"));
	});

	it("makes certificates that say the same, with the same modes", () => {
		for (const name of caNamesOf(cluster)) compareCertificate(caRequest(name, cluster));
		for (const name of certificateNamesOf(cluster)) compareCertificate(certificateRequest(name, cluster, node));
	});

	it("makes the same files below the certificates directory, and no others", () => {
		const requests = [
			...caNamesOf(cluster).map((name) => caRequest(name, cluster)),
			...certificateNamesOf(cluster).map((name) => certificateRequest(name, cluster, node)),
		];
		const { privateKeyPath, publicKeyPath } = serviceAccountKeyPaths(cluster);
		const wanted = [
			...requests.flatMap(({ certificatePath, keyPath }) => [certificatePath, keyPath]),
			privateKeyPath,
			publicKeyPath,
		];
		const made = Object.keys(real.files).filter((name) => /\.(crt|key|pub)$/.test(name));
		expect(wanted.map(inFolder).sort()).toEqual(made.sort());
		expect([file("sa.key").mode, file("sa.pub").mode]).toEqual(["0600", "0600"]);
	});

	it("writes the same kubeconfigs", () => {
		const caCertificate = file("ca.crt").content;
		for (const name of kubeconfigNames) {
			const { content, mode } = file(name);
			const theirs = fromYaml(content) as { users: { user: Record<string, string> }[] };
			const { "client-certificate-data": certificate = "", "client-key-data": key = "" } = theirs.users[0]!.user;
			const request = kubeconfigRequest(name, cluster, node);
			const credentials = { clientCertificate: decode(certificate), clientKey: decode(key) };
			expect(kubeconfig({ ...request, caCertificate, credentials })).toEqual(theirs);
			const issuer = new X509Certificate(caCertificate);
			expect(certificateFacts(decode(certificate), issuer)).toEqual(requestFacts(request.certificate));
			expect(mode).toBe("0600");
		}
	});

	it("puts the same marks on the node", () => {
		const { labels, annotations, taints } = nodeMarks(cluster, node);
		const marking = (what: string) =>
			new RegExp(`as control-plane by adding the ${what}:? \\[(.*)\\]`).exec(real.output)?.[1];
		expect(Object.keys(labels)).toEqual(marking("labels")?.split(" "));
		const texts = taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ""}:${effect}`);
		expect(texts.join(" ") || undefined).toBe(marking("taints"));
		// A dry run shows no patch itself: one is of the labels and taints, another of the annotation.
		const patches = real.output.split(`PATCH on resource "nodes"`).length - 1;
		expect(1 + Object.keys(annotations).length).toBe(patches);
	});

	it("creates the same objects in the API, and no others", () => {
		const secret = real.objects["Secret/kube-system/bootstrap-token-abcdef"] as Secret;
		const expiration = decode(secret.data.expiration ?? "");
		const objects = [
			kubeadmConfigMap(cluster, node),
			kubeletConfigMap(cluster, node),
			clusterInfoConfigMap(cluster, node, file("ca.crt").content),
			bootstrapTokenSecret({ ...token, description: "a token", expiration }),
			...rbacObjects(cluster),
			...coreDns(cluster, node),
			...kubeProxy(cluster, node),
		];
		const { "ClusterRoleBinding//kubeadm:cluster-admins": admins, ...rest } = byName(objects);
		expect(rest).toEqual(
			Object.fromEntries(Object.entries(real.objects).map(([name, object]) => [name, wanted(object)])),
		);
		// A dry run has no administrator to bind; this is the binding in phases/kubeconfig/kubeconfig.go.
		expect(admins).toEqual({
			apiVersion: "rbac.authorization.k8s.io/v1",
			kind: "ClusterRoleBinding",
			metadata: { name: "kubeadm:cluster-admins" },
			roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
			subjects: [{ kind: "Group", name: "kubeadm:cluster-admins" }],
		});
	});

	function file(name: string) {
		const found = real.files[name];
		if (!found) throw new Error(`kubeadm: expected it to write ${name}, got ${Object.keys(real.files).join(", ")}`);
		return found;
	}

	function inFolder(path: string): string {
		return path.slice(cluster.certificatesDir.length + 1);
	}

	function authority({ ca, certificatePath }: CertificateRequest): string {
		return ca ? caRequest(ca, cluster).certificatePath : certificatePath;
	}

	function compareCertificate(request: CertificateRequest) {
		const certificate = file(inFolder(request.certificatePath));
		const key = file(inFolder(request.keyPath));
		const issuer = new X509Certificate(file(inFolder(authority(request))).content);
		expect({ name: request.name, ...certificateFacts(certificate.content, issuer) }).toEqual({
			name: request.name,
			...requestFacts(request),
		});
		expect([certificate.mode, key.mode]).toEqual(["0644", "0600"]);
	}
});

/** What is asked of the API: not the status, and not the version that makes an update unconditional. */
function wanted({ status: _status, ...object }: KubernetesObject): KubernetesObject {
	const { resourceVersion: _version, ...metadata } = object.metadata as KubernetesObject["metadata"] & {
		resourceVersion?: string;
	};
	return { ...object, metadata } as KubernetesObject;
}

function decode(text: string): string {
	return Buffer.from(text, "base64").toString("utf8");
}
