import type { EtcdMembers } from "../render/static-pods/pod";
import { parseAddress } from "../spec/address";
import type { HostFacts, NodeRole, NodeSpec } from "../spec/node";
import { resolveNode } from "../spec/node";
import { CommandError, type Options, UsageError, type ValuesOf } from "./command";
import type { Configuration } from "./configuration";
import { componentUsersOf } from "./host-users";
import { type NodePlan, nodePlan, type Way } from "./tree/node-plan";

/** What a host would say, for commands that ask none. */
export const hostOptions = {
	node: { type: "string", value: "NAME", description: "the node's name (default: nodeRegistration.name)" },
	hostname: { type: "string", value: "NAME", description: "the host's own name (default: the node's)" },
	address: {
		type: "string",
		value: "IP",
		description: "the host's address, where localAPIEndpoint.advertiseAddress is not said",
	},
	"resolv-conf": {
		type: "string",
		value: "FILE",
		description: "resolver of the host's pods: /run/systemd/resolve/resolv.conf where systemd-resolved is active",
	},
	"ca-certificates-dir": {
		type: "string",
		value: "DIR",
		description: "a folder of CA certificates on the host, such as /usr/share/ca-certificates",
		multiple: true,
	},
	"etcd-member": {
		type: "string",
		value: "NAME=IP",
		description: "a member of the etcd that a control plane node joins",
		multiple: true,
	},
	"users-from": {
		type: "string",
		value: "DIR",
		description: "the host's /etc, or a copy of its passwd, group and login.defs, where its control plane is rootless",
	},
	patches: { type: "string", value: "DIR", description: "patches, instead of those in patches.directory" },
} as const satisfies Options;

export type HostValues = ValuesOf<typeof hostOptions>;

/**
 * What is to be on the node that a configuration speaks of: the one that joins where it has a JoinConfiguration, unless
 * `--node` names that of its InitConfiguration.
 * @throws CommandError for what neither the configuration nor an option says
 */
export function planOf(
	{ config, cluster }: Configuration,
	values: HostValues,
	found: Partial<HostFacts> = {},
): NodePlan {
	const way: Way = config.join && !(values.node && values.node === config.init.name) ? "join" : "init";
	const { role, ...spec }: NodeSpec & { role: NodeRole } =
		way === "join" ? config.join! : { ...config.init, role: "control-plane" };
	const kind = way === "join" ? "JoinConfiguration" : "InitConfiguration";
	const name = values.node ?? spec.name ?? found.hostname;
	if (!name) {
		throw new CommandError(
			`${kind}: nodeRegistration.name: expected the node's name, got nothing; add it, or --node NAME`,
		);
	}
	const directories = values["ca-certificates-dir"];
	const node = resolveNode(
		cluster,
		{
			...spec,
			name,
			facts: {
				hostname: values.hostname ?? found.hostname ?? name,
				defaultRouteAddress: addressOf(kind, role, spec, values),
				resolvConf: values["resolv-conf"] ?? found.resolvConf,
				cgroupVersion: 2,
				machineId: "",
				componentUsers: role === "control-plane" ? componentUsersOf(cluster, values["users-from"]) : undefined,
				caCertificateDirectories: directories.length > 0 ? directories : (found.caCertificateDirectories ?? []),
			},
		},
		role,
	);
	const members = membersOf(values);
	// One that knew of no others would start a cluster of its own.
	if (way === "join" && role === "control-plane" && !cluster.etcd.external && members.length === 0) {
		throw new CommandError(
			"JoinConfiguration: controlPlane: expected the members of the etcd that the node joins, got none; give --etcd-member NAME=IP for each",
		);
	}
	return nodePlan({ cluster, node, way, members: members.length > 0 ? members : undefined });
}

function addressOf(kind: string, role: NodeRole, { localAPIEndpoint }: NodeSpec, { address }: HostValues): string {
	if (address !== undefined && !parseAddress(address)) {
		throw new UsageError(`--address: expected an IP address, got ${JSON.stringify(address)}`);
	}
	const said = localAPIEndpoint?.advertiseAddress ?? "";
	const known = address ?? (["0.0.0.0", "::"].includes(said) ? "" : said);
	if (known || role === "worker") return known;
	const path = kind === "JoinConfiguration" ? "controlPlane.localAPIEndpoint" : "localAPIEndpoint";
	throw new CommandError(
		`${kind}: ${path}.advertiseAddress: expected the address of the node's API server, got nothing; add it, or --address IP`,
	);
}

function membersOf({ "etcd-member": members }: HostValues): EtcdMembers {
	return members.map((text) => {
		const [name = "", address = ""] = text.split("=", 2);
		if (name && parseAddress(address)) return { name, address };
		throw new UsageError(`--etcd-member: expected NAME=IP, got ${JSON.stringify(text)}`);
	});
}
