import { createHash } from "node:crypto";
import type { Cluster } from "../../config/cluster";
import { releaseOf } from "../../config/kubernetes-version";
import type { Node } from "../../config/node";
import { skips } from "../../config/phases";
import { annotations } from "../../facts/identities";
import { clusterConfigurationShape } from "../../facts/types/kubeadm/cluster-configuration";
import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { encode } from "../../go/encode";
import { toYaml } from "../../go/yaml/write";
import { base64 } from "../base64";
import { controlPlaneEndpoint, controlPlaneUrl, type Endpoints } from "../endpoints";
import { hostResolvConf, kubeletConfiguration } from "../kubelet/configuration";
import type { KubernetesObject } from "../kubernetes-object";
import { firstCertificate } from "../pki/bundle";

/** A ConfigMap with texts by name. */
export interface ConfigMap extends KubernetesObject {
	/** Texts by key. */
	data: Record<string, string>;
}

/**
 * Returns kube-system/kubeadm-config: the ClusterConfiguration that kubeadm's commands read.
 *
 * Source: cmd/kubeadm/app/phases/uploadconfig/uploadconfig.go; manageSkippedAddons, cmd/kubeadm/app/cmd/init.go.
 * @param node the first control plane node: an addon whose phase it skips is written as disabled
 */
export function kubeadmConfigMap(cluster: Cluster, node: Endpoints & Partial<Pick<Node, "skipPhases">>): ConfigMap {
	const configuration = {
		...cluster,
		kubernetesVersion: `${cluster.isCI ? "ci/" : ""}${cluster.kubernetesVersion}`,
		dns: { ...cluster.dns, disabled: skips(node, "addon/coredns") || cluster.dns.disabled },
		proxy: { ...cluster.proxy, disabled: skips(node, "addon/kube-proxy") || cluster.proxy.disabled },
		apiVersion: "kubeadm.k8s.io/v1beta4",
		kind: "ClusterConfiguration",
		controlPlaneEndpoint: cluster.controlPlaneEndpoint && controlPlaneEndpoint(cluster, node),
		etcd: cluster.etcd.external ? { external: cluster.etcd.external } : { local: cluster.etcd.local },
	};
	return configMap("kubeadm-config", "kube-system", {
		ClusterConfiguration: toYaml(encode(clusterConfigurationShape, configuration)),
	});
}

/**
 * Returns kube-system/kubelet-config: the KubeletConfiguration that all kubelets share.
 *
 * Source: cmd/kubeadm/app/phases/kubelet/config.go.
 * @param first the first control plane node: up to Kubernetes 1.36 the ConfigMap names its host's resolver, unless it
 * skips the phase `kubelet-start`
 */
export function kubeletConfigMap(
	cluster: Cluster,
	first: Pick<Node, "facts"> & Partial<Pick<Node, "skipPhases">>,
): ConfigMap {
	const { kubeletResolverOfFirstHost } = releaseOf(cluster.kubernetesVersion);
	const isLearnt = kubeletResolverOfFirstHost && !skips(first, "kubelet-start");
	const shared = isLearnt ? withResolver(cluster, first) : cluster;
	const plain = configMap("kubelet-config", "kube-system", { kubelet: toYaml(kubeletConfiguration(shared)) });
	return cluster.kubelet ? plain : signed(plain);
}

/**
 * Returns kube-public/cluster-info: server and CA, which a joining node reads first. A controller of the cluster adds
 * the signatures.
 *
 * Source: cmd/kubeadm/app/phases/bootstraptoken/clusterinfo/clusterinfo.go.
 * @param caCertificate PEM
 */
export function clusterInfoConfigMap(cluster: Cluster, node: Endpoints, caCertificate: string): ConfigMap {
	const server = controlPlaneUrl(cluster, node);
	const kubeconfig = {
		apiVersion: "v1",
		clusters: [
			{ cluster: { "certificate-authority-data": base64(firstCertificate(caCertificate)), server }, name: "" },
		],
		contexts: null,
		"current-context": "",
		kind: "Config",
		users: null,
	};
	return configMap("cluster-info", "kube-public", { kubeconfig: toYaml(kubeconfig) });
}

/**
 * Returns a copy with an annotation that holds the digest of the data. kubeadm recognizes by it a component
 * configuration that no user has changed.
 */
export function signed(object: ConfigMap): ConfigMap {
	const texts = Object.keys(object.data)
		.sort()
		.map((name) => object.data[name] ?? "");
	const digest = createHash("sha256").update(texts.join("")).digest("hex");
	const hash = texts.some(isUnknown) ? UNKNOWN : `sha256:${digest}`;
	return { ...object, metadata: { ...object.metadata, annotations: { [annotations.componentConfigHash]: hash } } };
}

function withResolver(cluster: Cluster, first: Pick<Node, "facts">): Cluster {
	return {
		...cluster,
		kubelet: { ...cluster.kubelet, resolvConf: cluster.kubelet?.resolvConf ?? hostResolvConf(first) },
	};
}

function configMap(name: string, namespace: string, data: Record<string, string>): ConfigMap {
	return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}
