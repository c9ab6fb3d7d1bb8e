import { expected, inputProblem } from "../../config/expected";
import { type Problem, SpecError } from "../../config/problems";
import { isUnknown } from "../../facts/unknown";
import type { EtcdMembers } from "../../render/static-pods/pod";

/**
 * Chooses the founder: the control plane that runs `kubeadm init`'s work. The founder is the first declared member among:
 * the remembered founder; the initial members in their order; the declared members in their order.
 *
 * @param members the control planes that the program declares; at least one
 * @param remembered founder and initial members from the resource's state; absent for a new cluster
 * @returns the founder's name; unknown where `members` is unknown
 */
export function electFounder(
	members: EtcdMembers,
	remembered?: { founder?: string; initialMembers: EtcdMembers },
): string {
	if (isUnknown(members)) return members as never;
	const names = members.map((member) => (isUnknown(member) ? member : member.name)) as string[];
	const candidates = [remembered?.founder, ...(remembered?.initialMembers ?? []).map(({ name }) => name), ...names];
	return candidates.find((name) => name !== undefined && names.includes(name)) ?? names[0]!;
}

/**
 * Refuses members without an address.
 * @param field of a member that sets its address @default "localAPIEndpoint.advertiseAddress"
 * @throws SpecError that lists all such problems
 */
export function refuseUnusableFounders(members: EtcdMembers, field = "localAPIEndpoint.advertiseAddress"): void {
	const messages = members
		.filter((member) => member.address === "")
		.map(({ name }) =>
			expected({
				expected: `an address of ${name}, whose host has none on the interface of a default route`,
				got: "none",
				next: `give its ${field}`,
			}),
		);
	if (messages.length > 0)
		throw new SpecError(
			"Cluster",
			messages.map((message) => ({ path: "members", message })),
		);
}

/** What the identity of a cluster remembers of etcd's members. */
export interface Membership {
	/** The members that etcd was started with, as far as the program still has them. */
	initialMembers: EtcdMembers;
	/** The members that the program has now. Absent where these are the initial members. */
	members?: EtcdMembers;
	/** Names of members that the program had once and has no more. Absent where there are none. */
	formerMembers?: string[];
}

/**
 * Follows the members that a program declares. An initial member that leaves is no initial member any more: a member of that
 * name that comes later joins etcd as any other does.
 * @param members the control planes that the program declares
 * @param was what the resource's state remembers; absent for a new cluster
 */
export function membership(members: EtcdMembers, was?: Membership): Membership {
	if (!was) return { initialMembers: members };
	if (isUnknown(members) || members.some((member) => isUnknown(member) || isUnknown(member.name)))
		return { initialMembers: was.initialMembers, ...pick(was) };
	const names = members.map(({ name }) => name);
	const initialMembers = was.initialMembers.filter(({ name }) => names.includes(name));
	const known = [...(was.formerMembers ?? []), ...(was.members ?? was.initialMembers).map(({ name }) => name)];
	const former = [...new Set(known)].filter((name) => !names.includes(name)).sort();
	const isFounded = initialMembers.length === members.length;
	return {
		initialMembers: initialMembers.length > 0 ? initialMembers : was.initialMembers,
		...(isFounded ? {} : { members: members.map((member) => atKnownAddress(member, was)) }),
		...(former.length > 0 ? { formerMembers: former } : {}),
	};
}

function pick({ members, formerMembers }: Membership): Partial<Membership> {
	return { ...(members ? { members } : {}), ...(formerMembers ? { formerMembers } : {}) };
}

/** Before a machine was asked its address is not known, or left out. */
function atKnownAddress({ name, address }: EtcdMembers[number], was: Membership): EtcdMembers[number] {
	const known = [...(was.members ?? []), ...was.initialMembers].find((member) => member.name === name)?.address;
	return { name, address: address && !isUnknown(address) ? address : (known ?? address) };
}

/**
 * Problems of members that were moved to another address since they joined.
 * @param was the members that the program had
 * @param is the members that the program declares
 * @returns empty where known addresses are equal
 */
export function memberProblems(was: EtcdMembers, is: EtcdMembers): Problem[] {
	const addresses = new Map(was.map(({ name, address }) => [name, address]));
	// Before a machine was asked its address is not known, or left out.
	const moved = is.filter(({ name, address }) => {
		const before = addresses.get(name);
		return before && address && !isUnknown(address) && !isUnknown(before) && before !== address;
	});
	return moved.map(({ name, address }) =>
		inputProblem({
			path: "members",
			expected: `${name} at ${addresses.get(name)}, as the running cluster has it`,
			got: `${address}: etcd and the certificates name the node by its address`,
			next: "give the old address; or take the node out, run an `up`, and add it at its new address",
		}),
	);
}
