import { clusterConfigurationShape } from "../facts/cluster-configuration";
import { kubeProxyConfigurationShape } from "../facts/kube-proxy-configuration";
import { kubeletConfigurationShape } from "../facts/kubelet-configuration";
import type { Shape } from "../facts/shape";
import { parseAddress, splitHostPort } from "./address";
import type { ClusterSpec } from "./cluster-spec";
import { kubernetesVersion } from "./kubernetes-version";
import { podSubnet, serviceSubnet } from "./networks";
import {
	absolutePath,
	imageRepository,
	isSubdomain,
	nonEmpty,
	oneOf,
	type Rule,
	subjectAlternativeName,
} from "./rules";

const { apiVersion, kind, ...clusterFields } = clusterConfigurationShape;

/** The form of a `ClusterSpec`. */
export const clusterSpecShape = {
	...clusterFields,
	kubelet: kubeletConfigurationShape,
	kubeProxy: kubeProxyConfigurationShape,
	kubeProxyServer: "string?",
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
	["etcd.local.dataDir", absolutePath],
	["etcd.local.imageRepository", imageRepository],
	["etcd.local.serverCertSANs.*", subjectAlternativeName],
	["etcd.local.peerCertSANs.*", subjectAlternativeName],
	["etcd.local.extraArgs.*.name", nonEmpty],
	["apiServer.certSANs.*", (name: string) => subjectAlternativeName(name.toLowerCase())],
	...["apiServer", "controllerManager", "scheduler"].flatMap((component): Rule<ClusterSpec>[] => [
		[`${component}.extraArgs.*.name`, nonEmpty],
		[`${component}.extraVolumes.*.name`, nonEmpty],
		[`${component}.extraVolumes.*.hostPath`, nonEmpty],
		[`${component}.extraVolumes.*.mountPath`, nonEmpty],
		[`${component}.extraVolumes.*.pathType`, oneOf(hostPathTypes())],
		[`${component}.extraEnvs.*.name`, nonEmpty],
	]),
	["dns.imageRepository", imageRepository],
	["imageRepository", imageRepository],
	["certificatesDir", absolutePath],
	["encryptionAlgorithm", oneOf(encryptionAlgorithms)],
	["featureGates", featureGates],
	["kubeProxyServer", httpsUrl],
];

function hostPort(text: string): string | undefined {
	const { host, port } = splitHostPort(text);
	const isPort = port === "" || (/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535);
	return isPort && (parseAddress(host) || isSubdomain(host)) ? undefined : "host, host:port, or [ipv6]:port";
}

function featureGates(gates: Record<string, boolean>): string | undefined {
	const known = ["RootlessControlPlane"];
	if (Object.keys(gates).some((name) => !known.includes(name))) return `no other feature gate than ${known.join(", ")}`;
	return gates.RootlessControlPlane ? "RootlessControlPlane to be off (it is not supported here yet)" : undefined;
}

function httpsUrl(text: string): string | undefined {
	return /^https:\/\/[^/\s]+$/.test(text) ? undefined : "https://host:port";
}

function hostPathTypes(): string[] {
	return ["", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"];
}
