import type { Cluster } from "../../config/cluster";
import type { Node } from "../../config/node";
import { skips } from "../../config/phases";
import { paths } from "../../facts/paths";
import { ports } from "../../facts/ports";
import { hasUnknowns, UNKNOWN } from "../../facts/unknown";
import { hasSince } from "../../facts/versions";
import { normalizeAddress, parseAddress, parseNetworks, splitHostPort } from "../../go/address";
import { lastArg } from "../../render/arguments";
import { imageOf, images } from "../../render/images";
import { kubeletConfiguration } from "../../render/kubelet";
import { proxied } from "./proxied";

/** What kubeadm would be called for. */
export type PreflightAction = "init" | "control plane join" | "worker join";

/** What is to run on a host. */
export interface PreflightSubject {
	action: PreflightAction;
	nodeName: string;
	/** `v1.37.2` */
	kubernetesVersion: string;
	/** `unix:///run/containerd/containerd.sock` */
	criSocket: string;
	/** What a kubelet's start depends on. */
	configuration: Record<string, unknown>;
	/** Ports that must be free, and the address at which, where that is known. */
	listeners: Listener[];
	/** IP families that the host must forward. */
	families: ("IPv4" | "IPv6")[];
	/** Where the CA's certificate will be. */
	caPath: string;
	/** Absent where etcd is not on this host. */
	etcdDataDirectory?: string;
	/** Absent where the cluster has an etcd of its own. */
	externalEtcd?: { endpoints: string[]; caFile?: string; certFile?: string; keyFile?: string };
	/** What the API server would reach through the cluster's proxy. */
	proxiedAddresses: string[];
	/** Those that a control plane needs. */
	images: string[];
	sandboxImage: string;
	imagePullPolicy: "Always" | "IfNotPresent" | "Never";
	imagePullSerial: boolean;
	/** Names of checks, in any case, whose errors are shown as warnings; `all`. */
	ignored: string[];
	/** Whether nothing is looked at. */
	skipped: boolean;
}

export interface Listener {
	port: number;
	/** @default any */
	address?: string;
}

/** What the checks need to know of a node, and nothing else. */
export function preflightSubject(cluster: Cluster, node: Node, action: PreflightAction): PreflightSubject {
	const { kubeletExtraArgs } = node.nodeRegistration;
	const configuration = kubeletConfiguration(cluster, node) as Record<string, unknown>;
	// A flag counts more than the file.
	const swapFlag = lastArg(kubeletExtraArgs, "fail-swap-on");
	const failSwapOn = swapFlag === undefined ? configuration["failSwapOn"] : !/^(0|f|false)$/i.test(swapFlag);
	const cgroupDriver = lastArg(kubeletExtraArgs, "cgroup-driver") ?? configuration["cgroupDriver"];
	const { failCgroupV1 } = configuration;
	const { criSocket, imagePullPolicy, imagePullSerial, ignorePreflightErrors } = node.nodeRegistration;
	const isControlPlane = action !== "worker join";
	const { external, local } = cluster.etcd;
	return {
		action,
		nodeName: node.name,
		kubernetesVersion: cluster.kubernetesVersion,
		criSocket,
		configuration: { failSwapOn, failCgroupV1, cgroupDriver },
		listeners: isControlPlane ? controlPlaneListeners(cluster, node) : [{ port: ports.kubelet }],
		families: families(cluster, node, action),
		caPath: node.caCertPath ?? `${cluster.certificatesDir}/ca.crt`,
		...(isControlPlane && !external ? { etcdDataDirectory: local.dataDir } : {}),
		...(isControlPlane && external
			? {
					externalEtcd: {
						endpoints: external.httpEndpoints?.length ? external.httpEndpoints : (external.endpoints ?? []),
						caFile: external.caFile,
						certFile: external.certFile,
						keyFile: external.keyFile,
					},
				}
			: {}),
		proxiedAddresses: isControlPlane ? proxied(cluster, node) : [],
		images: isControlPlane ? images(cluster) : [],
		sandboxImage: imageOf("pause", cluster),
		imagePullPolicy,
		imagePullSerial,
		ignored: ignorePreflightErrors,
		skipped: skips(node, "preflight"),
	};
}

/** Whether an error of this check is a warning for this node. Source: `setHasItemOrAll`, kubeadm preflight/checks.go. */
export function isIgnored(name: string, ignored: readonly string[]): boolean {
	const names = ignored.map((item) => item.toLowerCase());
	return names.includes("all") || names.includes(name.toLowerCase());
}

/** Ports of a control plane node. Source: `InitNodeChecks`, kubeadm preflight/checks.go. */
function controlPlaneListeners(cluster: Cluster, node: Node): Listener[] {
	const { apiServer, controllerManager, scheduler, etcd } = cluster;
	const byAddress = hasSince(cluster.kubernetesVersion, "portCheckByAddress");
	// As the host itself writes it.
	const at = (port: number, address: string | undefined): Listener =>
		byAddress && address ? { port, address: normalizeAddress(address) } : { port };
	const bound = (component: typeof scheduler) => lastArg(component.extraArgs, "bind-address");
	const advertised = lastArg(apiServer.extraArgs, "advertise-address") || node.localAPIEndpoint.advertiseAddress;
	return [
		at(node.localAPIEndpoint.bindPort, bound(apiServer)),
		at(ports.scheduler, bound(scheduler)),
		at(ports.controllerManager, bound(controllerManager)),
		{ port: ports.kubelet },
		...(etcd.external ? [] : [at(ports.etcdClient, advertised), at(ports.etcdPeer, advertised)]),
	];
}

/** Those of the cluster's networks and of this API server's address; for who joins, of the address by which it does, if it is one. */
function families(cluster: Cluster, node: Node, action: PreflightAction): PreflightSubject["families"] {
	const { serviceSubnet, podSubnet } = cluster.networking;
	const { discovery } = node;
	const endpoint = discovery?.bootstrapToken?.apiServerEndpoint ?? cluster.controlPlaneEndpoint;
	const server = endpoint ? splitHostPort(endpoint).host : node.apiServer.advertiseAddress;
	const said = action === "init" ? [serviceSubnet, podSubnet, node.localAPIEndpoint.advertiseAddress] : [server];
	if (hasUnknowns(said)) return UNKNOWN as never;
	const subjects =
		action === "init"
			? [...networks(serviceSubnet), ...networks(podSubnet), parseAddress(node.localAPIEndpoint.advertiseAddress)]
			: [discovery?.file ? undefined : parseAddress(server)];
	return (["IPv4", "IPv6"] as const).filter((name) => subjects.some((subject) => `IPv${subject?.family}` === name));
}

function networks(text = "") {
	return parseNetworks(text) ?? [];
}

/** Its default socket, however it is written. */
export function isContainerd(criSocket: string): boolean {
	return [paths.criSocket, "unix:///run/containerd/containerd.sock"].includes(criSocket);
}
