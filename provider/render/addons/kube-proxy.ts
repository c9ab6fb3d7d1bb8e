import type { Cluster } from "../../config/cluster";
import type { EnvVar } from "../../config/component";
import { expected } from "../../config/expected";
import { releaseOf } from "../../config/kubernetes-version";
import type { Node } from "../../config/node";
import { skips } from "../../config/phases";
import { SpecError } from "../../config/problems";
import { identities } from "../../facts/identities";
import { paths } from "../../facts/paths";
import { kubeProxyConfigurationShape } from "../../facts/types/kube-proxy-configuration";
import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { parseAddress } from "../../go/address";
import { encode } from "../../go/encode";
import { toYaml } from "../../go/yaml/write";
import { controlPlaneUrl, type Endpoints } from "../endpoints";
import { imageOf } from "../images";
import type { KubernetesObject } from "../kubernetes-object";
import { type ConfigMap, signed } from "../objects/config-maps";
import { clusterRoleBinding, configMapReader } from "../objects/rbac";
import { applyPatches, type PatchedNode } from "../patches";
import { mergeEnvironment } from "../static-pods/pod";

const name = "kube-proxy";
const namespace = "kube-system";
const selector = { "k8s-app": name };

/**
 * Returns the objects of kube-proxy, which runs on every node. Empty where `proxy.disabled`, or where the first control
 * plane node skips the phase.
 *
 * Source: cmd/kubeadm/app/phases/addons/proxy, cmd/kubeadm/app/componentconfigs/kubeproxy.go.
 * @param node the first control plane node: its address decides the IP family, and its patches are applied; kube-proxy
 * connects to its API server where the cluster has neither `controlPlaneEndpoint` nor `kubeProxyServer`
 * @throws SpecError for a patch that cannot be applied
 */
export function kubeProxy(
	cluster: Cluster,
	node: Endpoints & PatchedNode & Pick<Node, "skipPhases">,
): KubernetesObject[] {
	if (cluster.proxy.disabled || skips(node, "addon/kube-proxy")) return [];
	return [
		{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
		clusterRoleBinding("kubeadm:node-proxier", "system:node-proxier", { kind: "ServiceAccount", name, namespace }),
		...configMapReader({
			name,
			namespace,
			configMap: name,
			subjects: [{ kind: "Group", name: identities.nodeBootstrapTokens }],
		}),
		kubeProxyConfigMap(cluster, node),
		withProxyVariables(applyPatches(daemonSet(cluster), { target: "kubeproxydaemonset", cluster, node }), cluster),
	];
}

/** The settings of all kube-proxies, as its ConfigMap has them. */
function kubeProxyConfiguration(cluster: Cluster, node: Endpoints): Record<string, unknown> {
	const declared = cluster.kubeProxy ?? {};
	return encode(kubeProxyConfigurationShape, {
		...declared,
		apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
		kind: "KubeProxyConfiguration",
		bindAddress: declared.bindAddress || anyAddress(node.localAPIEndpoint.advertiseAddress),
		clientConnection: {
			...declared.clientConnection,
			kubeconfig: declared.clientConnection?.kubeconfig || paths.kubeProxyKubeconfig,
		},
		clusterCIDR: declared.clusterCIDR || cluster.networking.podSubnet,
		mode: declared.mode || releaseOf(cluster.kubernetesVersion).kubeProxyMode,
	});
}

function anyAddress(address: string): string {
	if (isUnknown(address)) return UNKNOWN;
	return parseAddress(address)?.family === 4 ? "0.0.0.0" : "::";
}

function kubeProxyConfigMap(cluster: Cluster, node: Endpoints): ConfigMap {
	const server = cluster.kubeProxyServer ?? controlPlaneUrl(cluster, node);
	const plain: ConfigMap = {
		apiVersion: "v1",
		kind: "ConfigMap",
		metadata: { name, namespace, labels: { app: name } },
		data: {
			"config.conf": toYaml(kubeProxyConfiguration(cluster, node)).trimEnd(),
			// kubeadm signs this text with its keys in this order.
			"kubeconfig.conf": toYaml(serviceAccountKubeconfig(server), { sortKeys: false }).trimEnd(),
		},
	};
	return cluster.kubeProxy ? plain : signed(plain);
}

function serviceAccountKubeconfig(server: string): object {
	const account = "/var/run/secrets/kubernetes.io/serviceaccount";
	return {
		apiVersion: "v1",
		kind: "Config",
		clusters: [{ cluster: { "certificate-authority": `${account}/ca.crt`, server }, name: "default" }],
		contexts: [{ context: { cluster: "default", namespace: "default", user: "default" }, name: "default" }],
		"current-context": "default",
		users: [{ name: "default", user: { tokenFile: `${account}/token` } }],
	};
}

function daemonSet(cluster: Cluster): KubernetesObject {
	return {
		apiVersion: "apps/v1",
		kind: "DaemonSet",
		metadata: { name, namespace, labels: selector },
		spec: {
			selector: { matchLabels: selector },
			updateStrategy: { type: "RollingUpdate" },
			template: {
				metadata: { labels: selector },
				spec: {
					priorityClassName: "system-node-critical",
					containers: [container(cluster)],
					hostNetwork: true,
					serviceAccountName: name,
					volumes: [
						{ name, configMap: { name } },
						{ name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
						{ name: "lib-modules", hostPath: { path: "/lib/modules" } },
					],
					tolerations: [{ operator: "Exists" }],
					nodeSelector: { "kubernetes.io/os": "linux" },
				},
			},
		},
	};
}

function container(cluster: Cluster): object {
	return {
		name,
		image: imageOf(name, cluster),
		imagePullPolicy: "IfNotPresent",
		command: [
			"/usr/local/bin/kube-proxy",
			"--config=/var/lib/kube-proxy/config.conf",
			"--hostname-override=$(NODE_NAME)",
		],
		resources: {},
		securityContext: { privileged: true },
		volumeMounts: [
			{ mountPath: "/var/lib/kube-proxy", name },
			{ mountPath: "/run/xtables.lock", name: "xtables-lock" },
			{ mountPath: "/lib/modules", name: "lib-modules", readOnly: true },
		],
		env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
	};
}

/** The variables of a proxy come after the patches, in the first container. */
function withProxyVariables(daemonSet: KubernetesObject, cluster: Cluster): KubernetesObject {
	if (isUnknownAt(daemonSet, ["spec", "template", "spec", "containers", 0, "env"])) return daemonSet;
	const patched = structuredClone(daemonSet) as KubernetesObject & DaemonSetSpec;
	const [first] = patched.spec.template.spec.containers ?? [];
	if (!first) {
		const message = expected({
			expected: "kubeproxydaemonset to keep a container, which gets the proxy's variables",
			got: "none",
		});
		throw new SpecError("kube-proxy", [{ path: "patches", message }]);
	}
	const added = mergeEnvironment(cluster.proxyEnvs);
	if (added.length > 0) first.env = [...(first.env ?? []), ...added];
	return patched;
}

/** Whether a value, or a part of it on the way to a field, is not known yet. A patch in a preview may leave any of them so. */
function isUnknownAt(value: any, [key, ...rest]: readonly (string | number)[]): boolean {
	if (isUnknown(value)) return true;
	return key !== undefined && value !== undefined && value !== null && isUnknownAt(value[key], rest);
}

interface DaemonSetSpec {
	spec: { template: { spec: { containers?: { env?: EnvVar[] }[] } } };
}
