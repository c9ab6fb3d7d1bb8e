import { type Network, networkSize, parseNetworks } from "./address";
import type { ClusterSpec } from "./cluster-spec";

/** Bits of a service subnet that may be free, since it is kept in etcd as a bitmap. */
const maximumServiceBits = 20;
const minimumServiceAddresses = 10n;
const minimumPodAddresses = 14n;
/** How many bits longer than the pod subnet's mask a node's may be. */
const maximumNodeMaskDifference = 16;

/** What a service subnet must be. Source: ValidateIPNetFromString and ValidateServiceSubnetSize, kubeadm validation.go. */
export function serviceSubnet(text: string): string | undefined {
	const networks = parseNetworks(text);
	if (!networks || !isOneOrDual(networks)) return oneOrDual;
	for (const network of networks) {
		const { bits, prefix } = network;
		if (networkSize(network) < minimumServiceAddresses) return "a subnet with at least 10 addresses";
		if (bits - prefix > maximumServiceBits) {
			return `a subnet with a mask of at least ${bits - maximumServiceBits} bits`;
		}
	}
	return undefined;
}

/** What a pod subnet must be. Source: ValidatePodSubnetNodeMask, kubeadm validation.go. */
export function podSubnet(text: string, cluster: ClusterSpec): string | undefined {
	const networks = parseNetworks(text);
	if (!networks || !isOneOrDual(networks)) return oneOrDual;
	if (networks.some((network) => networkSize(network) < minimumPodAddresses))
		return "a subnet with at least 14 addresses";
	if (controllerManagerFlag(cluster, "allocate-node-cidrs") === "false") return undefined;
	for (const { family, prefix } of networks) {
		const flag = `node-cidr-mask-size-ipv${family}`;
		const given = controllerManagerFlag(cluster, flag);
		if (given && !/^[-+]?\d+$/.test(given)) return `an integer in the kube-controller-manager flag ${flag}`;
		const nodeMask = given ? Number(given) : family === 4 ? 24 : 64;
		if (prefix > nodeMask || nodeMask - prefix > maximumNodeMaskDifference) {
			return `a mask from ${Math.max(0, nodeMask - maximumNodeMaskDifference)} to ${nodeMask} bits, so that it holds the nodes' subnets of ${nodeMask} bits`;
		}
	}
	return undefined;
}

const oneOrDual = "one CIDR, or an IPv4 and an IPv6 CIDR with a comma between";

function isOneOrDual(networks: readonly Network[]): boolean {
	return networks.length === 1 || (networks.length === 2 && networks[0]?.family !== networks[1]?.family);
}

function controllerManagerFlag(cluster: ClusterSpec, name: string): string | undefined {
	return cluster.controllerManager?.extraArgs?.findLast((arg) => arg?.name === name)?.value;
}
