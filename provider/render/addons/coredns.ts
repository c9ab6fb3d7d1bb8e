import type { Cluster } from "../../config/cluster";
import type { Node } from "../../config/node";
import { skips } from "../../config/phases";
import { controlPlaneTaint } from "../../facts/identities";
import { nthAddress } from "../../go/address";
import { imageOf } from "../images";
import type { KubernetesObject } from "../kubernetes-object";
import { clusterRole, clusterRoleBinding } from "../objects/rbac";
import { applyPatches, type PatchedNode } from "../patches";
import { type HandField, unsetFields } from "./left-alone";

const selector = { "k8s-app": "kube-dns" };
const namespace = "kube-system";

/**
 * Returns the objects of CoreDNS, the cluster's DNS. Empty where `dns.disabled`, or where the first control plane node
 * skips the phase.
 *
 * Source: cmd/kubeadm/app/phases/addons/dns/manifests.go.
 * @param node the first control plane node: its patches are applied
 * @throws SpecError for a patch that cannot be applied
 */
export function coreDns(cluster: Cluster, node: PatchedNode & Pick<Node, "skipPhases">): KubernetesObject[] {
	if (cluster.dns.disabled || skips(node, "addon/coredns")) return [];
	return [
		{ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "coredns", namespace } },
		clusterRole("system:coredns", [
			{ apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"] },
			{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
		]),
		clusterRoleBinding("system:coredns", "system:coredns", { kind: "ServiceAccount", name: "coredns", namespace }),
		{
			apiVersion: "v1",
			kind: "ConfigMap",
			metadata: { name: "coredns", namespace },
			data: { Corefile: cluster.dns.corefile ?? corefile(cluster.networking.dnsDomain) },
		},
		applyPatches(deployment(imageOf("coredns", cluster), cluster.dns), { target: "corednsdeployment", cluster, node }),
		service(nthAddress(cluster.networking.serviceSubnet, 10)),
	];
}

const podSpec = "spec.template.spec";

/**
 * The fields of CoreDNS that people change by hand, and that stay as they are in the API where a program does not set
 * them. `kubeadm upgrade` keeps replicas and Corefile alike.
 */
export const coreDnsHandFields: readonly HandField[] = [
	{ kind: "ConfigMap", name: "coredns", path: "data.Corefile", setBy: "dns.corefile" },
	{ kind: "Deployment", name: "coredns", path: "spec.replicas", setBy: "dns.replicas" },
	{ kind: "Deployment", name: "coredns", path: `${podSpec}.containers.0.resources`, setBy: "dns.resources" },
	{ kind: "Deployment", name: "coredns", path: `${podSpec}.tolerations`, setBy: "dns.tolerations" },
	{ kind: "Deployment", name: "coredns", path: `${podSpec}.nodeSelector`, setBy: "dns.nodeSelector" },
	{ kind: "Deployment", name: "coredns", path: `${podSpec}.affinity`, setBy: "a patch of corednsdeployment" },
];

/** Returns those of `coreDnsHandFields` that a program does not set. */
export function coreDnsLeftAlone(cluster: Cluster, node: PatchedNode & Pick<Node, "skipPhases">): HandField[] {
	const { imageRepository, imageTag, disabled, ...given } = cluster.dns;
	const image = { ...(imageRepository ? { imageRepository } : {}), ...(imageTag ? { imageTag } : {}) };
	return unsetFields(coreDnsHandFields, {
		wanted: coreDns(cluster, node),
		plain: coreDns({ ...cluster, dns: { ...image, disabled } }, { ...node, patches: [] }),
		given: Object.keys(given).map((name) => `dns.${name}`),
	});
}

function corefile(domain: string): string {
	return block(".:53", [
		"errors",
		...nested("health", ["lameduck 5s"]),
		"ready",
		...nested(`kubernetes ${domain} in-addr.arpa ip6.arpa`, [
			"pods insecure",
			"fallthrough in-addr.arpa ip6.arpa",
			"ttl 30",
		]),
		"prometheus :9153",
		...nested("forward . /etc/resolv.conf", ["max_concurrent 1000"]),
		...nested("cache 30", [`disable success ${domain}`, `disable denial ${domain}`]),
		"loop",
		"reload",
		"loadbalance",
	]);
}

function block(name: string, lines: readonly string[]): string {
	return `${[`${name} {`, ...lines.map((line) => `    ${line}`), "}"].join("\n")}\n`;
}

function nested(name: string, lines: readonly string[]): string[] {
	return [`${name} {`, ...lines.map((line) => `   ${line}`), "}"];
}

function service(clusterIP: string): KubernetesObject {
	const port = (name: string, number: number, protocol: string) => ({
		name,
		port: number,
		protocol,
		targetPort: number,
	});
	return {
		apiVersion: "v1",
		kind: "Service",
		metadata: {
			name: "kube-dns",
			namespace,
			labels: { ...selector, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
			annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
		},
		spec: {
			clusterIP,
			ports: [port("dns", 53, "UDP"), port("dns-tcp", 53, "TCP"), port("metrics", 9153, "TCP")],
			selector,
		},
	};
}

function deployment(image: string, dns: Cluster["dns"]): KubernetesObject {
	return {
		apiVersion: "apps/v1",
		kind: "Deployment",
		metadata: { name: "coredns", namespace, labels: selector },
		spec: {
			replicas: dns.replicas ?? 2,
			strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
			selector: { matchLabels: selector },
			template: {
				metadata: { labels: selector },
				spec: {
					priorityClassName: "system-cluster-critical",
					serviceAccountName: "coredns",
					affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [apartOnHosts] } },
					tolerations: dns.tolerations ?? [{ key: "CriticalAddonsOnly", operator: "Exists" }, controlPlaneTaint],
					nodeSelector: dns.nodeSelector ?? { "kubernetes.io/os": "linux" },
					containers: [container(image, dns.resources)],
					dnsPolicy: "Default",
					volumes: [
						{ name: "config-volume", configMap: { name: "coredns", items: [{ key: "Corefile", path: "Corefile" }] } },
					],
				},
			},
		},
	};
}

const apartOnHosts = {
	weight: 100,
	podAffinityTerm: {
		labelSelector: { matchExpressions: [{ key: "k8s-app", operator: "In", values: ["kube-dns"] }] },
		topologyKey: "kubernetes.io/hostname",
	},
};

function container(image: string, resources: Cluster["dns"]["resources"]): object {
	const port = (name: string, containerPort: number, protocol: string) => ({ containerPort, name, protocol });
	return {
		name: "coredns",
		image,
		imagePullPolicy: "IfNotPresent",
		args: ["-conf", "/etc/coredns/Corefile"],
		resources: resources ?? { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
		volumeMounts: [{ name: "config-volume", mountPath: "/etc/coredns", readOnly: true }],
		ports: [
			port("dns", 53, "UDP"),
			port("dns-tcp", 53, "TCP"),
			port("metrics", 9153, "TCP"),
			port("liveness-probe", 8080, "TCP"),
			port("readiness-probe", 8181, "TCP"),
		],
		livenessProbe: {
			httpGet: { path: "/health", port: "liveness-probe", scheme: "HTTP" },
			initialDelaySeconds: 60,
			timeoutSeconds: 5,
			successThreshold: 1,
			failureThreshold: 5,
		},
		readinessProbe: { httpGet: { path: "/ready", port: "readiness-probe", scheme: "HTTP" } },
		securityContext: {
			allowPrivilegeEscalation: false,
			capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
			readOnlyRootFilesystem: true,
		},
	};
}
