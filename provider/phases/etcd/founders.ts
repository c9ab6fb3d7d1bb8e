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

/** Refuses members without an address. @throws SpecError that lists all such problems */
export function refuseUnusableFounders(members: EtcdMembers): void {
	const messages = members
		.filter((member) => member.address === "")
		.map(({ name }) =>
			expected({
				expected: `an address of ${name}, whose host has none on the interface of a default route`,
				got: "none",
				next: "give its localAPIEndpoint.advertiseAddress",
			}),
		);
	if (messages.length > 0)
		throw new SpecError(
			"Cluster",
			messages.map((message) => ({ path: "members", message })),
		);
}

/**
 * Problems of members that were added, removed or moved to another address since the cluster was founded. Joining and leaving
 * a running etcd is not possible yet.
 * @param was the members that the cluster was founded with
 * @param is the members that the program declares
 * @returns empty where names and known addresses are equal
 */
export function memberProblems(was: EtcdMembers, is: EtcdMembers): Problem[] {
	const founded = new Map(was.map(({ name, address }) => [name, address]));
	const names = `${[...founded.keys()].join(", ")}, with which the cluster was founded`;
	const message = (got: string, next: string) =>
		inputProblem({ path: "members", expected: names, got: `${got}: ${next}` });
	const added = is.filter(({ name }) => !founded.has(name));
	const removed = was.filter(({ name }) => !is.some((member) => member.name === name));
	// Before a machine was asked its address is not known, or left out.
	const moved = is.filter(
		({ name, address }) => founded.has(name) && address && !isUnknown(address) && founded.get(name) !== address,
	);
	return [
		...added.map(({ name }) =>
			message(
				`${name} too`,
				"joining a member to a running etcd is not possible yet; take the node out, or make a new cluster with it",
			),
		),
		...removed.map(({ name }) =>
			message(
				`none named ${name}`,
				"removing a member from a running etcd is not possible yet; put the node back, or destroy the cluster",
			),
		),
		...moved.map(({ name, address }) =>
			message(
				`${name} at ${address} instead of ${founded.get(name)}`,
				"etcd and the certificates name the node by its address; give the old address",
			),
		),
	];
}
