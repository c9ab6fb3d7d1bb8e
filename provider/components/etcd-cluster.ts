import * as pulumi from "@pulumi/pulumi";
import { nodeNameOf } from "../config/node";
import { etcdClientUrl } from "../render/endpoints";
import { CertificateAuthority, ClusterIdentity, Gate, Host, type HostInput, type NodeInputs } from "../resources";
import { type TypedPaths, typedAt, typedPathsIn } from "../resources/typed-paths";
import { checkEtcdCluster } from "./check-etcd-cluster";
import { clusterOfEtcd, type EtcdClusterArgs, type EtcdMemberArgs } from "./etcd-cluster-args";
import { EtcdNode } from "./etcd-node";
import { HostPreparation, preparationOf } from "./host-preparation";
import { endpointOf, factsOf, hostArgs } from "./node-inputs";

/**
 * An etcd cluster on machines of its own: each member is a static pod under a kubelet without an API server. A `Cluster`
 * takes it as `etcd.external`, and its control planes get the files of a client.
 *
 * ```ts
 * const etcd = new kubeadm.EtcdCluster("etcd", {
 *   kubernetesVersion: "1.37.2",
 *   members: [
 *     { name: "etcd-1", connection: { host: "198.18.0.21" } },
 *     { name: "etcd-2", connection: { host: "198.18.0.22" } },
 *     { name: "etcd-3", connection: { host: "198.18.0.23" } },
 *   ],
 * });
 * const cluster = new kubeadm.Cluster("lab", {
 *   kubernetesVersion: "1.37.2",
 *   controlPlanes: [{ name: "cp-1", connection: { host: "198.18.0.11" } }],
 *   etcd: { external: etcd },
 * });
 * ```
 *
 * Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/setup-ha-etcd-with-kubeadm/
 */
export class EtcdCluster extends pulumi.ComponentResource {
	/** Client URLs of the members, in the order of the program: `https://198.18.0.21:2379`. */
	readonly endpoints: pulumi.Output<string>[];
	/** The CA of members and clients. Its key is a secret in the state. */
	readonly authority: CertificateAuthority;
	/** Gates that pass when all members are healthy. What needs etcd depends on them. */
	readonly gates: Gate[];

	constructor(name: string, args: EtcdClusterArgs, options?: pulumi.ComponentResourceOptions) {
		const warnings = checkEtcdCluster(name, args, options);
		super("kubeadm:index:EtcdCluster", name, {}, options);
		for (const warning of warnings) pulumi.log.warn(warning, this);
		const parent = { parent: this };
		const cluster = clusterOfEtcd(args);
		const isGone = ({ gone }: EtcdMemberArgs) => gone === true;
		const all = membersOf(args);
		for (const member of all.filter(isGone))
			prepareMember(name, args, { member, host: { connection: member.connection } }, parent);
		const machines = all
			.filter((member) => !isGone(member))
			.map((member) => {
				const host = new Host(`${name}-${member.name}`, hostArgs(member), parent);
				return { host, node: nodeOf(member, host), prepared: prepareMember(name, args, { member, host }, parent) };
			});
		const members = machines.map(({ node }) => ({ name: node.name, address: node.localAPIEndpoint.advertiseAddress }));
		const identity = new ClusterIdentity(name, { cluster, members, etcdOnly: true, ...goneNodes(args) }, parent);
		this.authority = new CertificateAuthority(
			`${name}-ca`,
			typedAt({ "": "authority" }, { name: "etcd-ca" as const, cluster, ...args.authority }),
			{ ...parent, dependsOn: [identity] },
		);
		const several = machines.length > 1 ? { members } : {};
		const gates: Gate[] = [];
		for (const { host, node, prepared } of machines) {
			const shared = { cluster, identity, authority: this.authority, ...several };
			const made = { ...shared, host, prepared, node, after: gates.slice(-1) };
			gates.push(new EtcdNode(`${name}-${node.name}`, made, parent).gate);
		}
		this.endpoints = members.map(({ address }) => address.apply(etcdClientUrl));
		// In a founding the gates between the members do not wait, as etcd has no quorum before most of them run.
		const last = { cluster, identity, components: ["etcd" as const], waitsInFounding: true, credentials: {} };
		this.gates =
			gates.length === 1
				? gates
				: machines.map(
						({ host, node }) =>
							new Gate(`${name}-${node.name}-serves`, { host, node, ...last }, { ...parent, dependsOn: gates }),
					);
		this.registerOutputs({});
	}
}

/** The members, which carry the paths at which the person typed them. */
function membersOf({ members }: EtcdClusterArgs): EtcdMemberArgs[] {
	return members.map((member, index) =>
		typedAt({ "": `members[${index}]` }, { ...member, name: nodeNameOf(member.name) }),
	);
}

/** Prepares the machine of a member, where the program asks for it. Returns the steps. */
function prepareMember(
	name: string,
	args: EtcdClusterArgs,
	{ member, host }: { member: EtcdMemberArgs; host: HostInput },
	parent: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
	const preparation = preparationOf(args.prepare, member.prepare);
	if (!preparation) return [];
	const node = {
		cluster: clusterOfEtcd(args),
		...(member.kubelet ? { node: { kubelet: member.kubelet } } : {}),
		role: "etcd" as const,
		gone: member.gone === true,
	};
	return new HostPreparation(`${name}-${member.name}`, { ...preparation, host, ...node }, parent).steps;
}

function goneNodes({ members }: EtcdClusterArgs) {
	const gone = members
		.filter((member) => member.gone)
		.map(({ name, connection: { host } }) => ({ name: nodeNameOf(name), host }));
	return gone.length > 0 ? { goneNodes: gone } : {};
}

/** A member as the node that its resources are rendered for. */
function nodeOf(member: EtcdMemberArgs, host: Host) {
	const { connection: _connection, trustOnFirstUse: _trust, gone: _gone, ...rest } = member;
	const { bootTimeoutSeconds: _boot, prepare: _prepare, address, facts, ...node } = rest;
	const endpoint = address === undefined ? {} : { localAPIEndpoint: { advertiseAddress: address } };
	const { advertiseAddress } = endpointOf({ ...endpoint, ...(facts === undefined ? {} : { facts }) }, host);
	const of: NodeInputs & { name: string } = { ...node, facts: factsOf(member, host) };
	return { ...of, localAPIEndpoint: typedAt(typedAddress(member), { advertiseAddress }) };
}

/** The field of the program that the address of a member comes from. */
function typedAddress(member: EtcdMemberArgs): TypedPaths {
	const field = member.address === undefined ? "facts.defaultRouteAddress" : "address";
	return { advertiseAddress: `${typedPathsIn(member)![""]}.${field}` };
}
