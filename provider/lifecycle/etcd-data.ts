import { isDeepStrictEqual } from "node:util";
import type { ClusterSpec } from "../config/cluster";
import { type NodeSpec, timeoutOf } from "../config/node";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import { newId } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { status } from "../hosts/status";
import { etcd } from "../phases/components/etcd";
import { claimEtcdData, hasEtcdData, removeEtcdData } from "../phases/etcd/data";
import { type DeclaredMember, declareMember, formerMembers, leaveThroughOthers } from "../phases/etcd/declared-members";
import { type DataProblem, dataProblem, joinEtcd } from "../phases/etcd/join";
import { placeAgain, setDataAside } from "../phases/etcd/unusable-data";
import { acceptsForeignData } from "../phases/preflight/leftovers";
import type { EtcdMembers } from "../render/static-pods/pod";
import type { Lifecycle } from "./lifecycle";
import { membersAsKnown, renderNode } from "./rendering";

/** Arguments of an `EtcdData`. */
export interface EtcdDataArgs {
	/** The control plane's host. */
	host: HostReference;
	/** The cluster whose data it is. */
	cluster: ClusterSpec;
	/** The node that etcd runs on. */
	node: NodeSpec;
	/** The etcd members that the cluster was founded with, as far as the program still has them. */
	initialMembers: EtcdMembers;
	/** The etcd members that the program has now. @default the initial members */
	members?: EtcdMembers;
}

/** Inputs of an `EtcdData`, as the state keeps them. */
export interface EtcdDataInputs {
	/** The control plane's host. */
	host: HostReference;
	/** Absolute path of etcd's data directory. */
	directory: string;
	/** What a delete does, for the preview of a destroy. */
	onDelete: string;
	/** True where the preflight check for another cluster's data is ignored. Absent otherwise. */
	acceptsForeignData?: true;
	/** The member among the others. Absent for the only member of a cluster. */
	member?: EtcdMember;
	/** The members that etcd's manifest names, as far as they are known before the machine was asked. Absent for the only member. */
	initialMembers?: EtcdMembers;
}

/** An etcd member among the others. */
export interface EtcdMember {
	/** Name of the node, which is the member's name. */
	nodeName: string;
	/** Address of the member: the node's advertise address. */
	address: string;
	/** Directory of the cluster's certificates on the host. */
	certificatesDir: string;
	/** Addresses of the other members that the program has. */
	others: string[];
	/** Limit for a change of the membership, in seconds: kubeadm's `etcdAPICall`. */
	timeoutSeconds: number;
}

/** Why a member joins anew, for a preview. */
const rejoins: Record<DataProblem, string> = {
	lost: "the data of its etcd member is lost: the member joins anew",
	removed: "the others have removed its etcd member: the member joins anew",
	unusable: "its etcd member cannot use its data: the data is moved aside, and the member joins anew",
};

/** Outputs of an `EtcdData`. */
export interface EtcdDataOutputs {
	/**
	 * The members that etcd's manifest names. An initial member names all initial members. A member that joined later names
	 * the others, as they were then. Absent for the only member of a cluster.
	 */
	initialMembers?: EtcdMembers;
	/** What a refresh found wrong with the data of a member that has run. The next update lets the member join anew. Absent otherwise. */
	dataProblem?: DataProblem;
}

/**
 * Lifecycle of the data of an etcd member, and of its place among the members. etcd's manifest depends on it, so the data
 * is deleted after etcd has ended. Data that a create finds stays on the host. Where etcd runs already on other control
 * planes, `create` adds the member as a learner, and the gate of the host gives it its vote. `create` throws an Error for
 * data of another cluster or program, and where etcd takes no member.
 */
export const etcdData: Lifecycle<EtcdDataArgs, EtcdDataInputs, EtcdDataOutputs> = {
	check({ host, cluster, node, initialMembers, members = initialMembers }, old) {
		const rendered = renderNode({ cluster, node, role: "control-plane" }, (resolved, resolvedNode) => {
			const directory = resolved.etcd.local.dataDir;
			const accepts = acceptsForeignData(resolved, resolvedNode);
			const [founders, all] = [membersAsKnown(initialMembers, resolvedNode), membersAsKnown(members, resolvedNode)];
			const others = all.filter(({ name }) => name !== resolvedNode.name);
			const startsWith = isUnknown(initialMembers) ? (UNKNOWN as never) : founders;
			const isFounder = founders.some(({ name }) => name === resolvedNode.name || isUnknown(name));
			const { name: nodeName, localAPIEndpoint } = resolvedNode;
			const address = localAPIEndpoint.advertiseAddress;
			const addresses = others.map((member) => member.address);
			const member: EtcdMember = {
				...{ nodeName, address, certificatesDir: resolved.certificatesDir, others: addresses },
				timeoutSeconds: durationSeconds(timeoutOf(node, "etcdAPICall")),
			};
			declareMember({ host, ...member });
			return {
				directory,
				onDelete: `removes ${directory} on ${nodeName}: ${all.length > 1 ? "the data of this etcd member" : "all data of the cluster"}${accepts ? ", unless the data was there before" : ""}`,
				...(accepts ? { acceptsForeignData: true as const } : {}),
				...(all.length > 1 ? { member, initialMembers: old?.initialMembers ?? (isFounder ? startsWith : others) } : {}),
			};
		});
		return { host, ...rendered };
	},

	diff(state, inputs) {
		if (state.directory !== inputs.directory) return { replaces: ["directory"] };
		if (state.dataProblem) return { changes: true, reason: rejoins[state.dataProblem] };
		const [was, is] = [state, inputs].map(
			({ host, onDelete, acceptsForeignData, initialMembers }) =>
				[host, onDelete, acceptsForeignData, initialMembers === undefined] as const,
		);
		// The other members may change: etcd itself knows them.
		return isDeepStrictEqual(was, is) ? { changes: false } : {};
	},

	async create({ host: reference, directory, acceptsForeignData, member, initialMembers }) {
		const id = newId(directory);
		const host = await reach(reference);
		await claimEtcdData({ host, owner: id, directory }, { acceptsForeignData });
		if (!member || !initialMembers) return { id, outputs: {} };
		return {
			id,
			outputs: {
				initialMembers: await joinEtcd(host, { ...member, former: formerMembers(), directory, initialMembers }, status),
			},
		};
	},

	async read(_id, state) {
		const host = await reach(state.host);
		const { dataProblem: _was, ...known } = state;
		const { member, directory } = state;
		const problem = member && (await dataProblem(host, { ...member, directory }));
		if (problem) {
			const others = (state.initialMembers ?? []).filter(({ name }) => name !== member.nodeName);
			return { ...known, initialMembers: others, dataProblem: problem };
		}
		return (await hasEtcdData(host, directory)) ? known : undefined;
	},

	async update(id, state, { host: reference, directory, member, initialMembers }) {
		const known = state.initialMembers ?? initialMembers;
		if (!member || !known) return {};
		if (!state.dataProblem) return { initialMembers: known };
		const host = await reach(reference);
		const removed = await setDataAside(host, directory);
		await claimEtcdData({ host, owner: id, directory });
		const joining = { ...member, former: formerMembers(), directory, initialMembers: known };
		const members = await joinEtcd(host, joining, status);
		const pod = await placeAgain(host, removed, { address: member.address, members });
		const { nodeName, timeoutSeconds } = member;
		if (pod) await etcd.run({ host, nodeName }, pod, { timeoutSeconds, onStatus: status });
		return { initialMembers: members };
	},

	async delete(owner, { host: reference, directory, member }) {
		const host = await reach(reference);
		if (member) await leaveThroughOthers(asDeclared(reference, member), status);
		await removeEtcdData({ host, owner, directory });
	},

	async deleteGone(_id, { host, member }) {
		if (member) await leaveThroughOthers(asDeclared(host, member), status);
	},
};

function asDeclared(host: HostReference, member: EtcdMember): DeclaredMember {
	return { host, ...member };
}
