import { kubeProxyConfigurationShape } from "../facts/types/kube-proxy-configuration";
import { clusterConfigurationShape } from "../facts/types/kubeadm/cluster-configuration";
import { kubeletConfigurationShape } from "../facts/types/kubelet-configuration";
import type { Shape } from "../facts/types/shape";
import { isUnknown } from "../facts/unknown";
import { minorRelease } from "../facts/versions";
import { parseAddress, splitHostPort } from "../go/address";
import { lowerCase } from "../go/lower-case";
import { goUrlScheme } from "../go/url";
import type { ClusterSpec } from "./cluster-spec";
import { kubernetesVersion, releaseOf } from "./kubernetes-version";
import { podSubnet, serviceSubnet } from "./networks";
import { didYouMean } from "./problems";
import {
	absolutePath,
	imageRepository,
	isSubdomain,
	nonEmpty,
	oneOf,
	type Rule,
	type RuleFinding,
	subjectAlternativeName,
} from "./rules";

const { apiVersion, kind, ...clusterFields } = clusterConfigurationShape;

/** The form of a `ClusterSpec`. */
export const clusterSpecShape = {
	...clusterFields,
	dns: {
		...clusterFields.dns,
		replicas: "*int?",
		corefile: "*string?",
		resources: ["struct?", { limits: "{quantity}?", requests: "{quantity}?" }],
		tolerations: [
			"list?",
			{ key: "string?", operator: "string?", value: "string?", effect: "string?", tolerationSeconds: "*int64?" },
		],
		nodeSelector: "{string}?",
	},
	kubelet: kubeletConfigurationShape,
	kubeProxy: kubeProxyConfigurationShape,
	kubeletServer: "string?",
	kubeProxyServer: "string?",
	externalCA: "bool?",
	restrictedFiles: "bool?",
	proxyEnvs: ["list?", { name: "string", value: "string" }],
} as const satisfies Shape;

const encryptionAlgorithms = ["RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384"] as const;

/** Source: cmd/kubeadm/app/apis/kubeadm/validation/validation.go. */
export const clusterRules: readonly Rule<ClusterSpec>[] = [
	["kubernetesVersion", kubernetesVersion],
	["controlPlaneEndpoint", hostPort],
	["networking.serviceSubnet", serviceSubnet],
	["networking.podSubnet", podSubnet],
	["networking.dnsDomain", (name) => (isSubdomain(name) ? undefined : "a DNS name such as cluster.local")],
	["etcd", oneEtcd],
	["etcd.local.dataDir", optional(absolutePath)],
	["etcd.local.imageRepository", imageRepository],
	["etcd.local.serverCertSANs.*", subjectAlternativeName],
	["etcd.local.peerCertSANs.*", subjectAlternativeName],
	["etcd.local.extraArgs.*.name", nonEmpty],
	["etcd.external.endpoints.*", (url, spec) => (needsTls(spec.etcd) ? httpsAddress(url, spec) : address(url, spec))],
	["etcd.external.httpEndpoints.*", address],
	["etcd.external.caFile", optional(absolutePath)],
	["etcd.external.certFile", optional(absolutePath)],
	["etcd.external.keyFile", optional(absolutePath)],
	["apiServer.certSANs.*", (name: string) => subjectAlternativeName(lowerCase(name))],
	...["apiServer", "controllerManager", "scheduler"].flatMap((component): Rule<ClusterSpec>[] => [
		[`${component}.extraArgs.*.name`, nonEmpty],
	]),
	["dns.imageRepository", imageRepository],
	["dns.replicas", (count: number) => (count >= 0 ? undefined : "0 or more")],
	["dns.corefile", nonEmpty],
	["imageRepository", imageRepository],
	["certificatesDir", absolutePath],
	["encryptionAlgorithm", oneOf(encryptionAlgorithms)],
	["featureGates", featureGates],
	["kubeletServer", httpsUrl],
	["kubeProxyServer", httpsUrl],
];

type Etcd = ClusterSpec["etcd"];

/** Source: ValidateEtcd. */
function oneEtcd(
	{ local, external }: Required<ClusterSpec>["etcd"],
	{ kubernetesVersion: version }: ClusterSpec,
): RuleFinding[] {
	if (!external) return [];
	if (local) return [{ expected: "one of local and external" }];
	const { endpoints = [], caFile, certFile, keyFile } = external;
	const path = "etcd.external";
	const findings: RuleFinding[] = [];
	if (!certFile !== !keyFile)
		findings.push({ path, expected: "certFile and keyFile, or neither", value: { certFile, keyFile } });
	if (certFile && keyFile && !caFile)
		findings.push({ path, expected: "a caFile beside certFile and keyFile", value: { certFile, keyFile } });
	// The release that introduced httpEndpoints also began to require endpoints.
	if (endpoints.length === 0 && releaseOf(version).etcdHttpEndpoints)
		findings.push({ path: `${path}.endpoints`, expected: "at least one", value: endpoints });
	return findings;
}

function needsTls(etcd: Etcd): boolean {
	const { caFile, certFile, keyFile } = etcd?.external ?? {};
	return Boolean(caFile || certFile || keyFile);
}

function address(text: string, { kubernetesVersion: version }: ClusterSpec): string | undefined {
	return goUrlScheme(text, releaseOf(version).lenientUrls) ? undefined : "a URL such as https://198.18.0.1:2379";
}

function httpsAddress(text: string, { kubernetesVersion: version }: ClusterSpec): string | undefined {
	return goUrlScheme(text, releaseOf(version).lenientUrls) === "https"
		? undefined
		: "an https URL, since there is a certificate";
}

function optional(rule: (text: string) => string | undefined): (text: string) => string | undefined {
	return (text) => (text === "" ? undefined : rule(text));
}

function hostPort(text: string): string | undefined {
	const { host, port } = splitHostPort(text);
	const isPort = port === "" || (/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535);
	return isPort && (parseAddress(host) || isSubdomain(host)) ? undefined : "host, host:port, or [ipv6]:port";
}

/** Source: ValidateFeatureGates. */
function featureGates(gates: Record<string, boolean>, { kubernetesVersion: version }: ClusterSpec): RuleFinding[] {
	const known = Object.keys(releaseOf(version).featureGates);
	const other = isUnknown(version) ? [] : Object.keys(gates).filter((name) => !known.includes(name));
	const expected = `feature gates that kubeadm ${minorRelease(version)} knows (${known.join(", ")})`;
	return other.map((name) => ({ expected, value: name, next: didYouMean(name, known) }));
}

function httpsUrl(text: string): string | undefined {
	return /^https:\/\/[^/\s]+$/.test(text) ? undefined : "https://host:port";
}
