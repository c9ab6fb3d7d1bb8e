import type { Cluster, KubeletConfiguration } from "../../config/cluster";
import { isEnabled } from "../../config/features";
import type { Node } from "../../config/node";
import { paths } from "../../facts/paths";
import { ports } from "../../facts/ports";
import { kubeletConfigurationShape } from "../../facts/types/kubelet-configuration";
import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { nthAddress } from "../../go/address";
import { encode } from "../../go/encode";
import { certificateFile } from "../endpoints";
import { applyPatches } from "../patches";

/**
 * Returns a KubeletConfiguration. Without `node`: the cluster's, as in the ConfigMap kubelet-config. With `node`: the
 * node's, as in its config.yaml, with the host's resolver, the node's own settings and the node's container runtime.
 *
 * Source: Default and Mutate, cmd/kubeadm/app/componentconfigs/kubelet.go and kubelet_unix.go; WriteConfigToDisk,
 * cmd/kubeadm/app/phases/kubelet/config.go.
 * @throws SpecError for a patch that cannot be applied
 */
export function kubeletConfiguration(cluster: Cluster, node?: Node): Record<string, unknown> {
	const settings = withDefaults(cluster, cluster.kubelet ?? {});
	if (!node) return encode(kubeletConfigurationShape, settings);
	const forHost = { ...settings, resolvConf: settings.resolvConf ?? hostResolvConf(node) };
	const encoded = encode(kubeletConfigurationShape, forHost);
	const configuration = mergeObjects(encoded, node.kubelet);
	const patched = applyPatches(configuration, { target: "kubeletconfiguration", cluster, node });
	return isUnknown(patched) ? patched : mergeObjects(patched, instanceConfiguration(cluster, node) ?? {});
}

/**
 * Returns the KubeletConfiguration of a kubelet without an API server, which runs static pods alone. Settings of the
 * cluster and of the node replace those of the document.
 *
 * Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/setup-ha-etcd-with-kubeadm/
 * @throws SpecError for a patch that cannot be applied
 */
export function standaloneKubeletConfiguration(cluster: Cluster, node: Node): Record<string, unknown> {
	const { criSocket } = node.nodeRegistration;
	const document: KubeletConfiguration = {
		apiVersion: "kubelet.config.k8s.io/v1beta1",
		kind: "KubeletConfiguration",
		authentication: { anonymous: { enabled: false }, webhook: { enabled: false } },
		authorization: { mode: "AlwaysAllow" },
		cgroupDriver: "systemd",
		address: "127.0.0.1",
		containerRuntimeEndpoint: criSocket,
		healthzBindAddress: "127.0.0.1",
		healthzPort: ports.kubeletHealthz,
		staticPodPath: paths.manifestsDirectory,
	};
	const settings = mergeObjects(document as Record<string, unknown>, cluster.kubelet ?? {});
	const forHost = { ...settings, resolvConf: settings.resolvConf ?? hostResolvConf(node) };
	const configuration = mergeObjects(encode(kubeletConfigurationShape, forHost), node.kubelet);
	return applyPatches(configuration, { target: "kubeletconfiguration", cluster, node });
}

/**
 * Returns the content of a node's instance-config.yaml: the socket of the container runtime, which may differ between
 * nodes. `undefined` where the socket is a flag instead (feature gate `NodeLocalCRISocket` off), and there is no such
 * file.
 */
export function instanceConfiguration(cluster: Cluster, node: Node): { containerRuntimeEndpoint: string } | undefined {
	if (!isEnabled(cluster, "NodeLocalCRISocket")) return undefined;
	return { containerRuntimeEndpoint: node.nodeRegistration.criSocket };
}

/**
 * Returns the text of instance-config.yaml, which kubeadm writes without its own YAML printer.
 *
 * Source: WriteInstanceConfigToDisk, phases/kubelet/config.go.
 */
export function instanceConfigurationText(configuration: Record<string, unknown>): string {
	return Object.entries(configuration)
		.map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
		.join("");
}

function withDefaults(cluster: Cluster, declared: KubeletConfiguration): KubeletConfiguration {
	const { authentication, authorization } = declared;
	return {
		...declared,
		apiVersion: "kubelet.config.k8s.io/v1beta1",
		kind: "KubeletConfiguration",
		authentication: {
			anonymous: { enabled: authentication?.anonymous?.enabled ?? false },
			webhook: { ...authentication?.webhook, enabled: authentication?.webhook?.enabled ?? true },
			x509: { clientCAFile: authentication?.x509?.clientCAFile || certificateFile(cluster, "ca.crt") },
		},
		authorization: { ...authorization, mode: authorization?.mode || "Webhook" },
		cgroupDriver: declared.cgroupDriver || "systemd",
		clusterDNS: declared.clusterDNS ?? [nthAddress(cluster.networking.serviceSubnet, 10)],
		clusterDomain: declared.clusterDomain || cluster.networking.dnsDomain,
		healthzBindAddress: declared.healthzBindAddress || "127.0.0.1",
		healthzPort: declared.healthzPort ?? ports.kubeletHealthz,
		// kubeadm can't tell false from absent here, and always turns it on.
		rotateCertificates: true,
		staticPodPath: declared.staticPodPath || paths.manifestsDirectory,
	};
}

/**
 * Returns the path of the host's resolver configuration, `undefined` where the kubelet's default, /etc/resolv.conf, is
 * right.
 */
export function hostResolvConf(node: Pick<Node, "facts">): string | undefined {
	return node.facts ? node.facts.resolvConf : UNKNOWN;
}

/** A merge as of a patch: objects field by field, all else replaced. */
function mergeObjects(base: Record<string, unknown>, patch: object): Record<string, unknown> {
	const merged = { ...base };
	for (const [name, value] of Object.entries(patch)) {
		if (value === undefined) continue;
		const before = merged[name];
		merged[name] = isObject(before) && isObject(value) ? mergeObjects(before, value) : value;
	}
	return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
