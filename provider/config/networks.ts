import { type Network, networkSize, parseNetworks } from "../go/address";
import type { ClusterSpec } from "./cluster-spec";
import type { RuleFinding } from "./rules";

/** Bits of a service subnet that may be free, since it is kept in etcd as a bitmap. */
const maximumServiceBits = 20;
const minimumServiceAddresses = 10n;
const minimumPodAddresses = 14n;
/** Maximum difference in bits between the masks of a node's subnet and of the pod subnet. */
const maximumNodeMaskDifference = 16;

/** Rule for a service subnet. Source: ValidateIPNetFromString and ValidateServiceSubnetSize, kubeadm validation.go. */
export function serviceSubnet(text: string): string | readonly RuleFinding[] {
	const networks = parseNetworks(text);
	if (!networks || !isOneOrDual(networks)) return oneOrDual;
	return networks.flatMap((network, index) => {
		const { bits, prefix } = network;
		const value = text.split(",")[index];
		if (networkSize(network) < minimumServiceAddresses)
			return [{ expected: "a subnet with at least 10 addresses", value }];
		if (bits - prefix <= maximumServiceBits) return [];
		return [{ expected: `a subnet with a mask of at least ${bits - maximumServiceBits} bits`, value }];
	});
}

/** Rule for a pod subnet. Source: ValidatePodSubnetNodeMask, kubeadm validation.go. */
export function podSubnet(text: string, cluster: ClusterSpec): string | readonly RuleFinding[] {
	const networks = parseNetworks(text);
	if (!networks || !isOneOrDual(networks)) return oneOrDual;
	const takesNodes = controllerManagerFlag(cluster, "allocate-node-cidrs")?.value !== "false";
	return networks.flatMap((network, index) => {
		const value = text.split(",")[index]!;
		if (networkSize(network) < minimumPodAddresses) return [{ expected: "a subnet with at least 14 addresses", value }];
		return takesNodes ? nodeMaskFindings(network, value, cluster) : [];
	});
}

function nodeMaskFindings({ family, prefix }: Network, value: string, cluster: ClusterSpec): RuleFinding[] {
	const { value: flagValue, path } = controllerManagerFlag(cluster, `node-cidr-mask-size-ipv${family}`) ?? {};
	if (flagValue && !/^[-+]?\d+$/.test(flagValue)) return [{ expected: "an integer", value: flagValue, path }];
	const nodeMask = flagValue ? Number(flagValue) : family === 4 ? 24 : 64;
	const least = nodeMask - maximumNodeMaskDifference;
	if (prefix >= least && prefix <= nodeMask) return [];
	const expected = `a mask from ${Math.max(0, least)} to ${nodeMask} bits, so that it holds the nodes' subnets of ${nodeMask} bits`;
	return [{ expected, value }];
}

const oneOrDual = "one CIDR, or an IPv4 and an IPv6 CIDR with a comma between";

function isOneOrDual(networks: readonly Network[]): boolean {
	return networks.length === 1 || (networks.length === 2 && networks[0]?.family !== networks[1]?.family);
}

function controllerManagerFlag(cluster: ClusterSpec, name: string): { value: string; path: string } | undefined {
	const args = cluster.controllerManager?.extraArgs ?? [];
	const index = args.findLastIndex((arg) => arg?.name === name);
	const value = args[index]?.value;
	return value === undefined ? undefined : { value, path: `controllerManager.extraArgs[${index}].value` };
}
