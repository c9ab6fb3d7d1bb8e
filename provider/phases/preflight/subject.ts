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

/** The kubeadm command whose checks are made. */
export type PreflightAction = "init" | "control plane join" | "worker join";

/** What is to run on a host, as far as the checks depend on it. */
export interface PreflightSubject {
	action: PreflightAction;
	nodeName: string;
	/** `v1.37.2` */
	kubernetesVersion: string;
	/** `unix:///run/containerd/containerd.sock` */
	criSocket: string;
	/** Fields of the KubeletConfiguration that the kubelet's start depends on. */
	configuration: Record<string, unknown>;
	/** Ports that must be free. */
	listeners: Listener[];
	/** IP families that the host must forward. */
	families: ("IPv4" | "IPv6")[];
	/** Path of the CA's certificate on the host. */
	caPath: string;
	/** Absent where this host runs no etcd. */
	etcdDataDirectory?: string;
	/** The external etcd; absent where the cluster runs etcd itself. */
	externalEtcd?: { endpoints: string[]; caFile?: string; certFile?: string; keyFile?: string };
	/** Addresses and networks that the API server would reach through the cluster's proxy. */
	proxiedAddresses: string[];
	/** Images that the control plane needs. */
	images: string[];
	sandboxImage: string;
	imagePullPolicy: "Always" | "IfNotPresent" | "Never";
	imagePullSerial: boolean;
	/** Names of checks, in upper or lower case, whose errors become warnings; `all` stands for every check. */
	ignored: string[];
	/** Whether no check is made. */
	skipped: boolean;
}

export interface Listener {
	port: number;
	/** @default any */
	address?: string;
}

/** Selects from a cluster and a node what the checks depend on. */
export function preflightSubject(cluster: Cluster, node: Node, action: PreflightAction): PreflightSubject {
	const { kubeletExtraArgs } = node.nodeRegistration;
	const configuration = kubeletConfiguration(cluster, node) as Record<string, unknown>;
	// The kubelet's flags override its configuration file.
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
	// The notation of `ip` and `ss` on the host.
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

/** IP families used: by init, those of the subnets and the advertise address; by join, that of the server's address. */
function families(cluster: Cluster, node: Node, action: PreflightAction): PreflightSubject["families"] {
	const { serviceSubnet, podSubnet } = cluster.networking;
	const { discovery } = node;
	const endpoint = discovery?.bootstrapToken?.apiServerEndpoint ?? cluster.controlPlaneEndpoint;
	const server = endpoint ? splitHostPort(endpoint).host : node.apiServer.advertiseAddress;
	const addresses = action === "init" ? [serviceSubnet, podSubnet, node.localAPIEndpoint.advertiseAddress] : [server];
	if (hasUnknowns(addresses)) return UNKNOWN as never;
	const subjects =
		action === "init"
			? [...networks(serviceSubnet), ...networks(podSubnet), parseAddress(node.localAPIEndpoint.advertiseAddress)]
			: [discovery?.file ? undefined : parseAddress(server)];
	return (["IPv4", "IPv6"] as const).filter((name) => subjects.some((subject) => `IPv${subject?.family}` === name));
}

function networks(text = "") {
	return parseNetworks(text) ?? [];
}

/** Whether a CRI socket is the default one of containerd, in any notation. */
export function isContainerd(criSocket: string): boolean {
	return [paths.criSocket, "unix:///run/containerd/containerd.sock"].includes(criSocket);
}
