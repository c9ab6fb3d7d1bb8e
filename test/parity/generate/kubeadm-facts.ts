import { X509Certificate } from "node:crypto";
import { fromYaml } from "../../../provider/go/yaml/write";
import type { KubernetesObject } from "../../../provider/render/kubernetes-object";
import { certificateFacts } from "../certificate-facts";
import { addFacts, type Facts } from "./facts";
import type { Answer } from "./oracle";

/** Keys and certificates that no other side can make again. */
export interface Materials {
	/** PEM, by the path below the certificates directory: `etcd/ca.crt`. */
	certificates: Record<string, string>;
	/** Client certificate and key in each kubeconfig. */
	credentials: Record<string, { clientCertificate: string; clientKey: string }>;
	/** PEM, of the cluster that a node joins. */
	joinedCa?: string;
	/** Of the objects: bootstrap token Secrets. */
	objects: Record<string, KubernetesObject>;
}

/** All that kubeadm said it would do, as facts. */
export function kubeadmFacts({ files, output }: Answer): { facts: Facts; materials: Materials } {
	const facts: Facts = {};
	const materials: Materials = { certificates: {}, credentials: {}, objects: objectsIn(output) };
	for (const [name, { content, mode }] of Object.entries(files)) {
		facts[`file ${name} mode`] = mode;
		if (name.endsWith(".crt")) materials.certificates[name] = content;
		else if (name.endsWith(".conf")) addKubeconfig(facts, materials, { name, content });
		else if (/\.(key|pub)$/.test(name)) continue;
		else if (isManifest(name) || name.endsWith(".env")) facts[`file ${name} text`] = content;
		else addFacts(facts, `file ${name}`, fromYaml(content));
	}
	for (const [name, pem] of Object.entries(materials.certificates)) {
		addFacts(facts, `certificate ${name}`, certificateFacts(pem, issuerOf(name, materials)));
	}
	for (const [name, object] of Object.entries(materials.objects)) addObject(facts, name, object);
	addMarks(facts, output);
	return { facts, materials };
}

/** The names of the CA files that sign. Source: phases/certs/certlist.go. */
function caOf(name: string): string {
	if (name.startsWith("etcd/") || name === "apiserver-etcd-client.crt") return "etcd/ca.crt";
	return name.startsWith("front-proxy-") ? "front-proxy-ca.crt" : "ca.crt";
}

function issuerOf(name: string, { certificates }: Materials): X509Certificate {
	const ca = certificates[caOf(name)];
	if (!ca)
		throw new Error(`kubeadm: expected it to write ${caOf(name)} beside ${name}, got ${Object.keys(certificates)}`);
	return new X509Certificate(ca);
}

export function isManifest(name: string): boolean {
	return /^(etcd|kube-\w+(-\w+)?)\.yaml$/.test(name);
}

interface Kubeconfig {
	clusters?: { cluster: Record<string, string> }[];
	users?: { user: Record<string, string> }[];
}

function addKubeconfig(facts: Facts, materials: Materials, { name, content }: { name: string; content: string }): void {
	const kubeconfig = fromYaml(content) as Kubeconfig;
	const user = kubeconfig.users?.[0]?.user ?? {};
	const ca = kubeconfig.clusters?.[0]?.cluster["certificate-authority-data"];
	if (name === "bootstrap-kubelet.conf" && ca) materials.joinedCa = decode(ca);
	const { "client-certificate-data": certificate, "client-key-data": key } = user;
	if (certificate && key)
		materials.credentials[name] = { clientCertificate: decode(certificate), clientKey: decode(key) };
	addFacts(facts, `kubeconfig ${name}`, kubeconfig);
}

/** An object as what is asked of the API: not the status, and not the version that makes an update unconditional. */
export function addObject(facts: Facts, name: string, { status: _status, ...object }: KubernetesObject): void {
	const { resourceVersion: _version, ...metadata } = object.metadata as KubernetesObject["metadata"] & {
		resourceVersion?: string;
	};
	const data = (object as { data?: Record<string, string> }).data;
	const isConfiguration = object.kind === "ConfigMap" && data;
	addFacts(facts, `object ${name}`, { ...object, metadata, ...(isConfiguration ? { data: parsed(data) } : {}) });
}

/** Configurations in a ConfigMap are compared by meaning; other texts as they are. */
function parsed(data: Record<string, string>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(data).map(([key, text]) => [key, key === "Corefile" ? text : fromYaml(text)]),
	);
}

/** kubeadm prints the labels and taints of a node; its dry run has no node to show them on. */
function addMarks(facts: Facts, output: string): void {
	for (const [, node, what, list] of output.matchAll(
		/^\[mark-control-plane\] Marking the node (.*) as control-plane by adding the (labels|taints):? \[(.*)\]$/gm,
	)) {
		facts[`node ${what}`] = `${node}: ${list}`;
	}
	for (const [, directory] of output.matchAll(/^\[etcd\] Would ensure that "(.*)" directory is present$/gm)) {
		facts["directory of etcd"] = directory!;
	}
}

function objectsIn(output: string): Record<string, KubernetesObject> {
	const created = output.split(/^\[dryrun\] Would perform action /m).filter((part) => part.startsWith("CREATE "));
	const objects = created.map((part) => {
		const [, text = ""] = part.split("[dryrun] Attached object:\n");
		const [yaml = ""] = text.split(/\n\n(?=\[|Your Kubernetes)/);
		return fromYaml(yaml) as KubernetesObject;
	});
	return Object.fromEntries(objects.map((object) => [objectName(object), object]));
}

/** `kind/namespace/name`. */
export function objectName({ kind, metadata }: KubernetesObject): string {
	return [kind, metadata.namespace ?? "", metadata.name].join("/");
}

function decode(text: string): string {
	return Buffer.from(text, "base64").toString("utf8");
}
