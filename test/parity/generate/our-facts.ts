import { type Cluster, resolveCluster } from "../../../provider/config/cluster";
import { type KubeadmConfig, parseKubeadmConfig } from "../../../provider/config/kubeadm";
import { type Node, resolveNode } from "../../../provider/config/node";
import { readPatchFiles } from "../../../provider/config/patches";
import { skips } from "../../../provider/config/phases";
import { SpecError } from "../../../provider/config/problems";
import { durationMilliseconds } from "../../../provider/go/duration";
import { fromYaml } from "../../../provider/go/yaml/write";
import { coreDns } from "../../../provider/render/addons/coredns";
import { kubeProxy } from "../../../provider/render/addons/kube-proxy";
import { bootstrapKubeconfig, kubeconfig } from "../../../provider/render/kubeconfig";
import type { KubernetesObject } from "../../../provider/render/kubernetes-object";
import { type KubeadmCommand, type NodePlan, nodePlan } from "../../../provider/render/node-plan";
import { bootstrapTokenSecret, type Secret } from "../../../provider/render/objects/bootstrap-token";
import { clusterInfoConfigMap, kubeadmConfigMap, kubeletConfigMap } from "../../../provider/render/objects/config-maps";
import { nodeMarks } from "../../../provider/render/objects/node-marks";
import { rbacObjects } from "../../../provider/render/objects/rbac";
import { withoutSkipped } from "../../../provider/render/objects/skipped";
import { requestFacts } from "../certificate-facts";
import { type Configuration, patchesFolder } from "./configuration";
import { addFacts, type Facts } from "./facts";
import { hostFacts } from "./host";
import { joinedCluster, joinToken } from "./joined-cluster";
import { addObject, isManifest, type Materials, objectName } from "./kubeadm-facts";

/** A file as our code understands it. */
export interface Subject {
	cluster: Cluster;
	node: Node;
	command: KubeadmCommand;
	bootstrapTokens: KubeadmConfig["bootstrapTokens"];
}

/** What our code makes of a file; without a subject where nothing is rendered from such a one. */
export type Reading = { problem: string; isDefect?: boolean } | { problem?: undefined; subject?: Subject };

/**
 * Whether our code takes the file, and what it is then.
 *
 * @param kubernetesVersion of a file that names none
 */
export function read(configuration: Configuration, text: string, kubernetesVersion: string): Reading {
	try {
		const { environment = {}, resolved = false, command } = configuration;
		const { patches } = readPatchFiles(configuration.patches ?? {}, kubernetesVersion);
		const config = parseKubeadmConfig(text, { patches, kubernetesVersion, facts: {} });
		const directory = command === "validate" ? undefined : config.patchesDirectories[command];
		// Who reads the folder is told by the operating system that there is none.
		if (directory && directory !== patchesFolder) return { problem: `${directory}: no such folder` };
		if (command === "join" && !config.join) return { problem: "JoinConfiguration: expected one, got none" };
		if (command === "validate") return {};
		// Then there are no tokens either: `validate` takes such a file, and who makes a cluster finds no version in it.
		if (command === "init" && config.bootstrapTokens.length === 0)
			return { problem: "InitConfiguration or ClusterConfiguration: expected one, got neither" };
		const subject = subjectOf(config, { environment, resolved, command: command, kubernetesVersion });
		// Whether a patch can be applied shows when it is.
		if (patches.length > 0) ourFacts(subject, { certificates: {}, credentials: {}, objects: {} });
		return { subject };
	} catch (error) {
		if (error instanceof SpecError) return { problem: error.message };
		return { problem: `our own defect: ${(error as Error).stack}`, isDefect: true };
	}
}

function subjectOf(
	{ cluster: spec, init, join, bootstrapTokens }: KubeadmConfig,
	host: { environment: Record<string, string>; resolved: boolean; command: KubeadmCommand; kubernetesVersion: string },
): Subject {
	const proxyEnvs = Object.entries(host.environment).map(([name, value]) => ({ name, value }));
	const { command } = host;
	const cluster = resolveCluster({ ...(command === "join" ? joinedCluster(host.kubernetesVersion) : spec), proxyEnvs });
	const { role, ...node } = command === "join" ? join! : { ...init, role: "control-plane" as const };
	return {
		cluster,
		node: resolveNode(cluster, { ...node, facts: hostFacts(command === "join" || host.resolved) }, role),
		command,
		bootstrapTokens,
	};
}

/** All that our renderers say of a node, as facts; of the first one, also all objects. */
export function ourFacts(subject: Subject, materials: Materials): Facts {
	const facts: Facts = {};
	const { cluster, node, command } = subject;
	const plan = nodePlan(subject);
	for (const [path, { content, mode }] of Object.entries(plan.files)) {
		const name = path.split("/").at(-1)!;
		facts[`file ${name} mode`] = mode;
		if (isManifest(name) || name.endsWith(".env")) facts[`file ${name} text`] = content;
		else addFacts(facts, `file ${name}`, fromYaml(content));
	}
	addCertificates(facts, plan);
	addKubeconfigs(facts, plan, materials);
	// A dry run of `join` does not come that far.
	if (command === "join") return facts;
	// Of two tokens with one id the last is what the API has in the end.
	const objects = new Map(objectsOf(subject, materials).map((object) => [objectName(object), object]));
	for (const [name, object] of objects) addObject(facts, name, object);
	const { labels, taints } = nodeMarks(cluster, node);
	const marks = Object.keys(labels);
	if (marks.length > 0) facts["node labels"] = `${node.name}: ${marks.join(" ")}`;
	if (marks.length > 0 && taints.length > 0) facts["node taints"] = `${node.name}: ${taints.map(taintText).join(" ")}`;
	const { dataDir } = cluster.etcd.local;
	if (plan.directories[dataDir]) facts["directory of etcd"] = dataDir;
	return facts;
}

function objectsOf({ cluster, node, bootstrapTokens }: Subject, materials: Materials): KubernetesObject[] {
	const objects = [
		kubeadmConfigMap(cluster, node),
		kubeletConfigMap(cluster, node),
		clusterInfoConfigMap(cluster, node, materials.certificates["ca.crt"] ?? ""),
		...rbacObjects(cluster).filter(({ metadata }) => metadata.name !== "kubeadm:cluster-admins"),
		...coreDns(cluster, node),
		...kubeProxy(cluster, node),
	];
	const tokens = skips(node, "bootstrap-token") ? [] : tokenSecrets(bootstrapTokens, materials);
	return [...withoutSkipped(objects, node), ...tokens];
}

function addCertificates(facts: Facts, { cluster, node, ...plan }: NodePlan): void {
	const authorities = plan.authorities.filter(({ name }) => !skips(node, `certs/${name}`));
	for (const request of [...authorities, ...plan.certificates]) {
		// Wherever a worker is to have its CA, a dry run shows it under this name.
		const certificatePath = node.role === "worker" ? "ca.crt" : below(cluster, request.certificatePath);
		const { isSigned, ...said } = requestFacts(request);
		addFacts(facts, `certificate ${certificatePath}`, { ...said, isSigned });
		facts[`file ${certificatePath} mode`] = "0644";
		if (node.role === "control-plane") facts[`file ${below(cluster, request.keyPath)} mode`] = "0600";
	}
	for (const path of Object.values(plan.serviceAccountKey ?? {})) facts[`file ${below(cluster, path)} mode`] = "0600";
}

function addKubeconfigs(facts: Facts, { cluster, node, command, kubeconfigs }: NodePlan, materials: Materials): void {
	for (const { path, ...request } of kubeconfigs) {
		const name = path.split("/").at(-1)!;
		const credentials = materials.credentials[name] ?? { clientCertificate: "", clientKey: "" };
		const caCertificate = materials.certificates["ca.crt"] ?? "";
		addFacts(facts, `kubeconfig ${name}`, kubeconfig({ ...request, caCertificate, credentials }));
		facts[`file ${name} mode`] = "0600";
	}
	if (command === "init" || skips(node, "kubelet-start")) return;
	const caCertificate = materials.joinedCa ?? "";
	addFacts(
		facts,
		"kubeconfig bootstrap-kubelet.conf",
		bootstrapKubeconfig(cluster, node, { caCertificate, token: joinToken }),
	);
	facts["file bootstrap-kubelet.conf mode"] = "0600";
}

/** A token that kubeadm made itself is taken over, and a time of expiry that is within a minute of what is said. */
function tokenSecrets(tokens: KubeadmConfig["bootstrapTokens"], { objects }: Materials): Secret[] {
	const decode = (text = "") => Buffer.from(text, "base64").toString("utf8");
	const theirs = Object.values(objects).filter((object): object is Secret => object.kind === "Secret");
	const idOf = (object: Secret) => decode(object.data["token-id"]);
	const made = theirs.filter((object) => !tokens.some(({ token }) => token?.startsWith(`${idOf(object)}.`)));
	return tokens.map(({ token, ttl, expires, ...rest }) => {
		const own = token ? undefined : made.shift();
		const [id = "", secret = ""] = token?.split(".") ?? (own ? [idOf(own), decode(own.data["token-secret"])] : []);
		const seen = decode(theirs.find((object) => idOf(object) === id)?.data["expiration"]);
		const wanted = expires ?? expiry(ttl ?? "24h");
		const isNear = Math.abs(Date.parse(seen) - Date.parse(wanted)) < 120_000;
		return bootstrapTokenSecret({ id, secret, ...rest, expiration: isNear ? seen : wanted });
	});
}

function expiry(ttl: string): string {
	const lasts = durationMilliseconds(ttl);
	return lasts > 0 ? new Date(Date.now() + lasts).toISOString().replace(/\.\d+Z$/, "Z") : "";
}

function taintText({ key, value, effect }: Node["nodeRegistration"]["taints"][number]): string {
	const pair = value ? `${key}=${value}` : key;
	return effect || value ? `${pair}:${effect ?? ""}` : pair;
}

/** As Go's filepath.Rel for what is below. */
function below({ certificatesDir }: Cluster, path: string): string {
	const directory = new URL(`file://${certificatesDir}/`).pathname.replaceAll(/\/+/g, "/");
	return decodeURIComponent(path).replace(directory, "");
}
