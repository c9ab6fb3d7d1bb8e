import type { ReadFile } from "../compare/tree-file";
import { isHostsChoice } from "../config/advertise-address";
import type { Cluster } from "../config/cluster";

import type { HostFacts, NodeRole, NodeSpec } from "../config/node";
import { resolveNode } from "../config/node";
import { splitHostPort } from "../go/address";
import { type KubeadmCommand, type NodePlan, nodePlan } from "../render/node-plan";
import { CommandError } from "./command";
import type { Configuration } from "./configuration";
import { caDirectoriesOf, type HostValues, membersOf, proxyEnvsOf } from "./host-options";
import { componentUsersOf, type UsersSource, usersFrom } from "./host-users";

/** Facts about a node beside configuration and options. */
interface Surroundings {
	/** Facts of the host, read from its tree. */
	found?: Partial<HostFacts>;
	/** Source of the host's users for a rootless control plane without `--users-from`. */
	users?: UsersSource;
	/** Whether the key of the cluster's CA is kept elsewhere. The controller manager then signs nothing. */
	signsElsewhere?: (plan: NodePlan) => boolean;
}

/**
 * Makes the plan of the node that a configuration describes: the joining node where there is a JoinConfiguration, unless
 * `--node` names the node of the InitConfiguration.
 * @throws CommandError for a missing value, with the option that sets the value
 */
export function planOf(
	{ config, cluster: said }: Configuration,
	values: HostValues,
	{ found: hostFacts = {}, users, signsElsewhere = () => false }: Surroundings = {},
): NodePlan {
	const cluster = { ...said, proxyEnvs: proxyEnvsOf(values) };
	const command: KubeadmCommand = config.join && !(values.node && values.node === config.init.name) ? "join" : "init";
	const { role, ...spec }: NodeSpec & { role: NodeRole } =
		command === "join" ? config.join! : { ...config.init, role: "control-plane" };
	const kind = command === "join" ? "JoinConfiguration" : "InitConfiguration";
	const name = values.node ?? spec.name ?? hostFacts.hostname;
	if (!name) {
		throw new CommandError({
			at: `${kind}: nodeRegistration.name`,
			expected: "the node's name",
			next: "add the name, or give --node NAME",
		});
	}
	const directories = caDirectoriesOf(values);
	const usersSource = values["users-from"] === undefined ? users : usersFrom(values["users-from"]);
	const node = resolveNode(
		cluster,
		{
			...spec,
			...(role === "worker" ? wayOf(cluster, spec) : {}),
			name,
			facts: {
				hostname: values.hostname ?? hostFacts.hostname ?? name,
				defaultRouteAddress: addressOf(kind, role, spec, values),
				loopbackAddress: values.address,
				resolvConf: values["resolv-conf"] ?? hostFacts.resolvConf,
				cgroupVersion: 2,
				machineId: "",
				componentUsers: role === "control-plane" ? componentUsersOf(cluster, usersSource) : undefined,
				caCertificateDirectories: directories.length > 0 ? directories : (hostFacts.caCertificateDirectories ?? []),
			},
		},
		role,
	);
	if (command === "join" && role === "control-plane" && !cluster.controlPlaneEndpoint) {
		throw new CommandError({
			at: "ClusterConfiguration: controlPlaneEndpoint",
			expected: "an endpoint, as kubeadm requires for a cluster that another control plane node joins",
			got: "none",
			next: "add it",
		});
	}
	// A joining node is no etcd member yet, even where --etcd-member names it.
	const members = membersOf(values).filter((member) => command === "init" || member.name !== node.name);
	// An etcd member that knows no other members would found its own etcd cluster.
	if (command === "join" && role === "control-plane" && !cluster.etcd.external && members.length === 0) {
		throw new CommandError({
			at: "JoinConfiguration: controlPlane",
			expected: "the members of the etcd that the node joins",
			got: "none",
			next: "give --etcd-member NAME=IP for each",
		});
	}
	const planning = { cluster, node, command, members: members.length > 0 ? members : undefined };
	const plan = nodePlan(planning);
	return signsElsewhere(plan) ? nodePlan({ ...planning, cluster: { ...cluster, externalCA: true } }) : plan;
}

function addressOf(kind: string, role: NodeRole, { localAPIEndpoint }: NodeSpec, { address }: HostValues): string {
	const declaredAddress = localAPIEndpoint?.advertiseAddress ?? "";
	const known = address ?? (isHostsChoice(declaredAddress) ? "" : declaredAddress);
	if (known || role === "worker") return known;
	const path = kind === "JoinConfiguration" ? "controlPlane.localAPIEndpoint" : "localAPIEndpoint";
	throw new CommandError({
		at: `${kind}: ${path}.advertiseAddress`,
		expected: "the address of the node's API server",
		next: "add the address, or give --address IP",
	});
}

/** Whether the certificate of the cluster's CA exists and its key does not. Source: `UsingExternalCA`, kubeadm phases/certs/certs.go. */
export function isExternal({ authorities, node }: NodePlan, readFile: ReadFile): boolean {
	const ca = authorities.find(({ name }) => name === "ca");
	return (
		node.role === "control-plane" && ca !== undefined && Boolean(readFile(ca.certificatePath)) && !readFile(ca.keyPath)
	);
}

/** API server of a worker: the endpoint of its discovery, where the cluster has no controlPlaneEndpoint. */
function wayOf({ controlPlaneEndpoint }: Cluster, { discovery }: NodeSpec): Pick<NodeSpec, "apiServer"> {
	if (controlPlaneEndpoint) return {};
	const { host, port } = splitHostPort(discovery?.bootstrapToken?.apiServerEndpoint ?? "");
	if (host) return { apiServer: { advertiseAddress: host, bindPort: Number(port) } };
	throw new CommandError({
		at: "ClusterConfiguration: controlPlaneEndpoint",
		expected: "the API server's address for the worker, as its discovery gives none",
		next: "add it",
	});
}
