import type { Cluster } from "../../config/cluster";
import type { Node } from "../../config/node";
import { skips } from "../../config/phases";
import { paths } from "../../facts/paths";
import { ports } from "../../facts/ports";
import { hasUnknowns, isUnknown, UNKNOWN } from "../../facts/unknown";
import { hasSince } from "../../facts/versions";
import { normalizeAddress, parseAddress, parseNetworks, splitHostPort } from "../../go/address";
import { lastArg } from "../../render/arguments";
import { imageOf, images } from "../../render/images";
import { kubeletConfiguration } from "../../render/kubelet";
import { proxied } from "./proxied";

/**
 * The kubeadm command whose checks are made: `kubeadm init`, `kubeadm join --control-plane`, or `kubeadm join`. For a host
 * with etcd alone, kubeadm has no such command: the checks are those of any node and of etcd.
 */
export type PreflightAction = "init" | "control plane join" | "worker join" | "etcd";

/** Settings of the cluster and the node that the checks of a host depend on. */
export interface PreflightSubject {
	/** The kubeadm command whose checks are made. */
	action: PreflightAction;
	/** Name of the node. */
	nodeName: string;
	/** `v1.37.2` */
	kubernetesVersion: string;
	/** `unix:///run/containerd/containerd.sock` */
	criSocket: string;
	/** `failSwapOn`, `failCgroupV1` and `cgroupDriver` of the KubeletConfiguration; flags of the kubelet have overridden it. */
	configuration: Record<string, unknown>;
	/** Ports that must be free. */
	listeners: Listener[];
	/** IP families that the host must forward. */
	families: ("IPv4" | "IPv6")[];
	/** Host name of the cluster's `controlPlaneEndpoint`; empty on a worker and where the endpoint is an address. */
	endpointName: string;
	/** Path of the CA's certificate on the host. */
	caPath: string;
	/** Path of etcd's data directory; absent where this host runs no etcd. */
	etcdDataDirectory?: string;
	/** URLs of the external etcd's members, and paths of files on the host; absent on a worker and where the cluster runs etcd itself. */
	externalEtcd?: { endpoints: string[]; caFile?: string; certFile?: string; keyFile?: string };
	/** Addresses and networks that the API server would reach through the cluster's proxy; empty on a worker. */
	proxiedAddresses: string[];
	/** Images that the static pods of the host need; empty on a worker. */
	images: string[];
	/** Image of the pause container, as kubeadm chooses it. */
	sandboxImage: string;
	/** When an image is pulled. */
	imagePullPolicy: "Always" | "IfNotPresent" | "Never";
	/** Whether images are pulled one after the other. */
	imagePullSerial: boolean;
	/** Names of checks, in upper or lower case, whose errors become warnings; `all` stands for every check. */
	ignored: string[];
	/** Whether no check is made and no image is pulled, because kubeadm's phase `preflight` is skipped. */
	skipped: boolean;
}

/** A TCP port that a component will listen on. */
export interface Listener {
	/** Number of the port. */
	port: number;
	/** IP address to listen at. @default every address of the host */
	address?: string;
}

/** Selects the settings of a cluster and a node that the checks depend on. Values that depend on unknown inputs are unknown. */
export function preflightSubject(cluster: Cluster, node: Node, action: PreflightAction): PreflightSubject {
	const { kubeletExtraArgs } = node.nodeRegistration;
	const configuration = kubeletConfiguration(cluster, node) as Record<string, unknown>;
	// The kubelet's flags override its configuration file.
	const swapFlag = lastArg(kubeletExtraArgs, "fail-swap-on");
	const failSwapOn = swapFlag === undefined ? configuration["failSwapOn"] : !/^(0|f|false)$/i.test(swapFlag);
	const cgroupDriver = lastArg(kubeletExtraArgs, "cgroup-driver") ?? configuration["cgroupDriver"];
	const { failCgroupV1 } = configuration;
	const { criSocket, imagePullPolicy, imagePullSerial, ignorePreflightErrors } = node.nodeRegistration;
	const isControlPlane = action === "init" || action === "control plane join";
	const { external, local } = cluster.etcd;
	const hasEtcd = action === "etcd" || (isControlPlane && !external);
	return {
		action,
		nodeName: node.name,
		kubernetesVersion: cluster.kubernetesVersion,
		criSocket,
		configuration: { failSwapOn, failCgroupV1, cgroupDriver },
		listeners: listeners[action](cluster, node),
		families: families(cluster, node, action),
		endpointName: isControlPlane ? endpointName(cluster.controlPlaneEndpoint) : "",
		caPath: node.caCertPath ?? `${cluster.certificatesDir}/ca.crt`,
		...(hasEtcd ? { etcdDataDirectory: local.dataDir } : {}),
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
		images: isControlPlane ? images(cluster) : action === "etcd" ? [imageOf("etcd", cluster)] : [],
		sandboxImage: imageOf("pause", cluster),
		imagePullPolicy,
		imagePullSerial,
		ignored: ignorePreflightErrors,
		skipped: skips(node, "preflight"),
	};
}

/** Whether errors of a check are shown as warnings only: `ignored` has its name, in upper or lower case, or `all`. Source: `setHasItemOrAll`, kubeadm preflight/checks.go. */
export function isIgnored(name: string, ignored: readonly string[]): boolean {
	const names = ignored.map((item) => item.toLowerCase());
	return names.includes("all") || names.includes(name.toLowerCase());
}

function endpointName(endpoint = ""): string {
	if (isUnknown(endpoint) || endpoint === "") return endpoint;
	const { host } = splitHostPort(endpoint);
	return parseAddress(host) ? "" : host;
}

/** Ports of a control plane node. Source: `InitNodeChecks`, kubeadm preflight/checks.go. */
function controlPlaneListeners(cluster: Cluster, node: Node): Listener[] {
	const { apiServer, controllerManager, scheduler, etcd } = cluster;
	const at = (port: number, address: string | undefined) => listener(cluster, port, address);
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

/** Ports of a host with etcd alone. */
function etcdListeners(cluster: Cluster, { localAPIEndpoint: { advertiseAddress } }: Node): Listener[] {
	return [
		listener(cluster, ports.etcdClient, advertiseAddress),
		listener(cluster, ports.etcdPeer, advertiseAddress),
		{ port: ports.kubelet },
	];
}

/** The port at an address in the notation of `ip` and `ss` on the host, where kubeadm of the release looks at addresses. */
function listener({ kubernetesVersion }: Cluster, port: number, address: string | undefined): Listener {
	const byAddress = hasSince(kubernetesVersion, "portCheckByAddress");
	return byAddress && address ? { port, address: normalizeAddress(address) } : { port };
}

const listeners: Record<PreflightAction, (cluster: Cluster, node: Node) => Listener[]> = {
	init: controlPlaneListeners,
	"control plane join": controlPlaneListeners,
	"worker join": () => [{ port: ports.kubelet }],
	etcd: etcdListeners,
};

/**
 * IP families used: by init, those of the subnets and the advertise address; by join, that of the server's address. A host
 * with etcd alone forwards nothing.
 */
function families(cluster: Cluster, node: Node, action: PreflightAction): PreflightSubject["families"] {
	if (action === "etcd") return [];
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

/** Whether a CRI socket is containerd's default one, written as kubeadm's default or with `/run`. */
export function isContainerd(criSocket: string): boolean {
	return [paths.criSocket, "unix:///run/containerd/containerd.sock"].includes(criSocket);
}
