import { coreDns } from "../../../provider/render/addons/coredns";
import { kubeProxy } from "../../../provider/render/addons/kube-proxy";
import { nodeDirectories, nodeFiles } from "../../../provider/render/files";
import { kubeconfig, kubeconfigNames, kubeconfigRequest } from "../../../provider/render/kubeconfig";
import { bootstrapTokenSecret, type Secret } from "../../../provider/render/objects/bootstrap-token";
import { clusterInfoConfigMap, kubeadmConfigMap, kubeletConfigMap } from "../../../provider/render/objects/config-maps";
import { nodeMarks } from "../../../provider/render/objects/node-marks";
import { rbacObjects } from "../../../provider/render/objects/rbac";
import {
	type CertificateRequest,
	caNamesOf,
	caRequest,
	certificateNamesOf,
	certificateRequest,
	serviceAccountKeyPaths,
} from "../../../provider/render/pki/certificates";
import { fromYaml } from "../../../provider/render/yaml";
import { type Cluster, resolveCluster } from "../../../provider/spec/cluster";
import { durationSeconds } from "../../../provider/spec/duration";
import { type KubeadmConfig, parseKubeadmConfig } from "../../../provider/spec/kubeadm";
import { type Node, resolveNode } from "../../../provider/spec/node";
import { readPatchFiles } from "../../../provider/spec/patches";
import { SpecError } from "../../../provider/spec/problems";
import { requestFacts } from "../certificate-facts";
import { type Configuration, patchesFolder } from "./configuration";
import { addFacts, type Facts } from "./facts";
import { hostFacts } from "./host";
import { addObject, isManifest, type Materials, objectName } from "./kubeadm-facts";

/** What our code makes of a file. */
export type Reading =
	| { problem: string; isDefect?: boolean }
	| { problem?: undefined; config: KubeadmConfig; resolved?: { cluster: Cluster; node: Node } };

/**
 * Whether our code takes the file, and what it is then.
 *
 * @param kubernetesVersion of a file that names none
 */
export function read(configuration: Configuration, text: string, kubernetesVersion: string): Reading {
	try {
		const { environment = {}, resolved = false, command } = configuration;
		const { patches } = readPatchFiles(configuration.patches ?? {}, kubernetesVersion);
		const config = parseKubeadmConfig(text, { patches, kubernetesVersion });
		const directory = config.patchesDirectory;
		// Who reads the folder is told by the operating system that there is none.
		if (directory && directory !== patchesFolder) return { problem: `${directory}: no such folder` };
		if (command === "join" && !config.join) return { problem: "JoinConfiguration: expected one, got none" };
		if (command !== "init") return { config };
		const proxyEnvs = Object.entries(environment).map(([name, value]) => ({ name, value }));
		const cluster = resolveCluster({ ...config.cluster, proxyEnvs });
		const node = resolveNode(cluster, { ...config.init, facts: hostFacts(resolved) }, "control-plane");
		// Whether a patch can be applied shows when it is.
		const { bootstrapTokens } = config;
		if (patches.length > 0)
			ourFacts({ cluster, node, bootstrapTokens }, { certificates: {}, credentials: {}, objects: {} });
		return { config, resolved: { cluster, node } };
	} catch (error) {
		if (error instanceof SpecError) return { problem: error.message };
		return { problem: `our own defect: ${(error as Error).stack}`, isDefect: true };
	}
}

/** All that our renderers say of the first control plane node, as facts. */
export function ourFacts(
	{ cluster, node, bootstrapTokens }: { cluster: Cluster; node: Node } & Pick<KubeadmConfig, "bootstrapTokens">,
	materials: Materials,
): Facts {
	const facts: Facts = {};
	for (const [path, { content, mode }] of Object.entries(nodeFiles(cluster, node))) {
		const name = path.split("/").at(-1)!;
		facts[`file ${name} mode`] = mode;
		if (isManifest(name) || name.endsWith(".env")) facts[`file ${name} text`] = content;
		else addFacts(facts, `file ${name}`, fromYaml(content));
	}
	addCertificates(facts, cluster, node);
	addKubeconfigs(facts, { cluster, node, materials });
	const objects = [
		kubeadmConfigMap(cluster, node),
		kubeletConfigMap(cluster, node),
		clusterInfoConfigMap(cluster, node, materials.certificates["ca.crt"] ?? ""),
		...tokenSecrets(bootstrapTokens, materials),
		...rbacObjects(cluster).filter(({ metadata }) => metadata.name !== "kubeadm:cluster-admins"),
		...coreDns(cluster, node),
		...kubeProxy(cluster, node),
	];
	for (const object of objects) addObject(facts, objectName(object), object);
	const { labels, taints } = nodeMarks(cluster, node);
	facts["node labels"] = `${node.name}: ${Object.keys(labels).join(" ")}`;
	if (taints.length > 0) facts["node taints"] = `${node.name}: ${taints.map(taintText).join(" ")}`;
	const { dataDir } = cluster.etcd.local;
	if (nodeDirectories(cluster, node)[dataDir]) facts["directory of etcd"] = dataDir;
	return facts;
}

function addCertificates(facts: Facts, cluster: Cluster, node: Node): void {
	const requests: CertificateRequest[] = [
		...caNamesOf(cluster).map((name) => caRequest(name, cluster)),
		...certificateNamesOf(cluster).map((name) => certificateRequest(name, cluster, node)),
	];
	for (const request of requests) {
		const { isSigned, ...said } = requestFacts(request);
		addFacts(facts, `certificate ${below(cluster, request.certificatePath)}`, { ...said, isSigned });
		facts[`file ${below(cluster, request.certificatePath)} mode`] = "0644";
		facts[`file ${below(cluster, request.keyPath)} mode`] = "0600";
	}
	const { privateKeyPath, publicKeyPath } = serviceAccountKeyPaths(cluster);
	for (const path of [privateKeyPath, publicKeyPath]) facts[`file ${below(cluster, path)} mode`] = "0600";
}

function addKubeconfigs(
	facts: Facts,
	{ cluster, node, materials }: { cluster: Cluster; node: Node; materials: Materials },
): void {
	for (const name of kubeconfigNames) {
		const request = kubeconfigRequest(name, cluster, node);
		const credentials = materials.credentials[name] ?? { clientCertificate: "", clientKey: "" };
		const caCertificate = materials.certificates["ca.crt"] ?? "";
		addFacts(facts, `kubeconfig ${name}`, kubeconfig({ ...request, caCertificate, credentials }));
		facts[`file ${name} mode`] = "0600";
	}
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
	const seconds = durationSeconds(ttl);
	return seconds === 0 ? "" : new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

function taintText({ key, value, effect }: Node["nodeRegistration"]["taints"][number]): string {
	return value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
}

/** As Go's filepath.Rel for what is below. */
function below({ certificatesDir }: Cluster, path: string): string {
	const directory = new URL(`file://${certificatesDir}/`).pathname.replaceAll(/\/+/g, "/");
	return decodeURIComponent(path).replace(directory, "");
}
