import { expected, inputProblem } from "../../config/expected";
import { type Problem, SpecError } from "../../config/problems";
import { isUnknown } from "../../facts/unknown";
import type { EtcdMembers } from "../../render/static-pods/pod";

/**
 * Name of the control plane that a cluster was founded with: as it is remembered, while that control plane is there. Of a
 * new cluster it is the first of the members; once the founder has left, the first of those that it was founded with.
 *
 * @param members the control planes that the program declares
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

/** Refuses members that no cluster can be founded with. @throws SpecError */
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
	if (members.length > 1)
		messages.push(
			expected({
				expected: "one control plane",
				got: `${members.length}: several control planes cannot be brought up together yet`,
			}),
		);
	if (messages.length > 0)
		throw new SpecError(
			"Cluster",
			messages.map((message) => ({ path: "members", message })),
		);
}

/** Problems of other members than those that a cluster was founded with: joining and leaving a running etcd is not possible yet. */
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
