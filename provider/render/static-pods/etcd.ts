import type { Cluster } from "../../config/cluster";
import { releaseOf } from "../../config/kubernetes-version";
import type { Node } from "../../config/node";
import { annotations } from "../../facts/identities";
import { ports } from "../../facts/ports";
import { joinHostPort, loopbackFor } from "../../go/address";
import { goUrlScheme, unescaped } from "../../go/url";
import { lastArg, toFlags } from "../arguments";
import { certificateFile, etcdClientUrl, etcdPeerUrl } from "../endpoints";
import { imageOf } from "../images";
import { componentPod, type EtcdMembers, mergeEnvironment, type Pod } from "./pod";

/**
 * Renders the etcd member of a control plane node.
 *
 * @param etcdInitialMembers members that start together, each with this list. A node that is not in the list joins the
 * listed members, and never starts a cluster of its own. @default this node alone
 *
 * Source: GetEtcdPodSpec and getEtcdCommand, cmd/kubeadm/app/phases/etcd/local.go.
 */
export function etcd(cluster: Cluster, node: Node, etcdInitialMembers: EtcdMembers = [ownMember(node)]): Pod {
	const { dataDir, extraArgs, extraEnvs } = cluster.etcd.local;
	const certificates = `${cluster.certificatesDir}/etcd`;
	const defaults = { ...etcdFlags(cluster, node), ...initialCluster(node, etcdInitialMembers) };
	return componentPod({
		container: {
			name: "etcd",
			image: imageOf("etcd", cluster),
			command: ["etcd", ...toFlags(defaults, extraArgs)],
			env: mergeEnvironment(extraEnvs),
			volumeMounts: [
				{ mountPath: dataDir, name: "etcd-data" },
				{ mountPath: certificates, name: "etcd-certs" },
			],
		},
		requests: { cpu: "100m", memory: "100Mi" },
		probes: {
			...metricsEndpoint(cluster, node),
			liveness: "/livez",
			readiness: "/readyz",
			startup: "/readyz",
			timeout: node.timeouts.controlPlaneComponentHealthCheck,
		},
		volumes: [
			{ name: "etcd-certs", hostPath: { path: certificates, type: "DirectoryOrCreate" } },
			{ name: "etcd-data", hostPath: { path: dataDir, type: "DirectoryOrCreate" } },
		],
		annotations: { [annotations.etcdAdvertiseClientUrls]: etcdClientUrl(node.localAPIEndpoint.advertiseAddress) },
	});
}

function initialCluster(node: Node, members: EtcdMembers): Record<string, string> {
	const joins = !members.some(({ name }) => name === node.name);
	const all = joins ? [...members, ownMember(node)] : members;
	return {
		"initial-cluster": all.map(({ name, address }) => `${name}=${etcdPeerUrl(address)}`).join(","),
		...(joins ? { "initial-cluster-state": "existing" } : {}),
	};
}

function ownMember(node: Node) {
	return { name: node.name, address: node.localAPIEndpoint.advertiseAddress };
}

function etcdFlags(cluster: Cluster, node: Node): Record<string, string> {
	const address = node.localAPIEndpoint.advertiseAddress;
	const local = loopbackFor(address);
	const file = (name: string) => certificateFile(cluster, name);
	return {
		"advertise-client-urls": etcdClientUrl(address),
		"cert-file": file("etcd/server.crt"),
		"client-cert-auth": "true",
		"data-dir": cluster.etcd.local.dataDir,
		"initial-advertise-peer-urls": etcdPeerUrl(address),
		"key-file": file("etcd/server.key"),
		"listen-client-urls": `${etcdClientUrl(local)},${etcdClientUrl(address)}`,
		"listen-metrics-urls": `http://${joinHostPort(local, ports.etcdMetrics)}`,
		"listen-peer-urls": etcdPeerUrl(address),
		name: node.name,
		"peer-cert-file": file("etcd/peer.crt"),
		"peer-client-cert-auth": "true",
		"peer-key-file": file("etcd/peer.key"),
		"peer-trusted-ca-file": file("etcd/ca.crt"),
		"snapshot-count": "10000",
		"trusted-ca-file": file("etcd/ca.crt"),
		...flagsOfVersion(cluster),
	};
}

/** Flags that had another name before etcd 3.6. */
function flagsOfVersion({ kubernetesVersion, etcd: { local } }: Cluster): Record<string, string> {
	const release = releaseOf(kubernetesVersion);
	return release.etcdFlagsByTag && !isEtcd3_6(local.imageTag || release.etcd)
		? { "experimental-initial-corrupt-check": "true", "experimental-watch-progress-notify-interval": "5s" }
		: { "feature-gates": "InitialCorruptCheck=true", "watch-progress-notify-interval": "5s" };
}

/** Whether an image's tag is a semantic version of at least 3.6.0. Source: ParseSemantic and AtLeast, apimachinery util/version. */
function isEtcd3_6(tag: string): boolean {
	const number = "(0|[1-9]\\d*)";
	const identifiers = "[\\dA-Za-z-]+(?:\\.[\\dA-Za-z-]+)*";
	const version = new RegExp(
		`^\\s*v?${number}\\.${number}\\.${number}(?:-(${identifiers}))?(?:\\+${identifiers})?\\s*$`,
	);
	const [, major, minor, patch, preRelease] = version.exec(tag) ?? [];
	if (major === undefined || preRelease?.split(".").some((part) => /^0\d+$/.test(part))) return false;
	const difference = Number(major) - 3 || Number(minor) - 6;
	return difference > 0 || (difference === 0 && (Number(patch) > 0 || preRelease === undefined));
}

/** Address of etcd's probes: the first of the metrics URLs. Source: GetEtcdProbeEndpoint, util/staticpod/utils.go. */
function metricsEndpoint(cluster: Cluster, node: Node): { host: string; port: number; scheme: "HTTP" | "HTTPS" } {
	const local = loopbackFor(node.localAPIEndpoint.advertiseAddress);
	const metricsUrl = lastArg(cluster.etcd.local.extraArgs, "listen-metrics-urls")?.split(",")[0] ?? "";
	const scheme = goUrlScheme(metricsUrl);
	const [, authority = ""] = (scheme !== undefined && /^(?:[a-z][a-z\d+.-]*:)?\/\/([^/?#]*)/i.exec(metricsUrl)) || [];
	const listener = authority.slice(authority.lastIndexOf("@") + 1);
	const [, six, host, number] = /^(?:\[(.*)\]|(.*?))(?::(\d*))?$/.exec(listener) ?? [];
	const port = Number(number || ports.etcdMetrics);
	return {
		host: unescaped(six ?? "") || host || local,
		port: port >= 1 && port <= 65535 ? port : ports.etcdMetrics,
		scheme: scheme === "https" ? "HTTPS" : "HTTP",
	};
}
