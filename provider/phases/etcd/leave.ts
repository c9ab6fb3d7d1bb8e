import type { Host } from "../../hosts/host";
import { isDestroy } from "../../hosts/placement/program";
import { status } from "../../hosts/status";
import { placedEtcd } from "../control-plane/placed-pods";
import { shortReason } from "../diagnosis/short-reason";
import { declaredAddresses, keptByEtcd } from "./declared-members";
import { isRefusal } from "./etcd-client";
import { isWithoutMajority, removeMember } from "./membership";
import { memberOf, type PlacedMember } from "./placed-member";

/**
 * Takes a member out of etcd while it still runs, through its own endpoint, else through the others. The only member stays. An
 * etcd of which no member runs is left as it is.
 * @throws Error where etcd keeps the member because the others would have no quorum, and where the members have no majority: the
 * end of this one would take it from them for ever; not in a `pulumi destroy`, which takes the others away too
 *
 * Source: `remove-etcd-member`, kubeadm phases/reset/removeetcdmember.go.
 */
export async function leaveEtcd(member: PlacedMember): Promise<void> {
	const through = [...new Set([member.address, ...member.others, ...declaredAddresses()])];
	try {
		const outcome = await removeMember(member, through);
		if (outcome === "left") status(`${member.nodeName}: its etcd member has left the others`);
	} catch (error) {
		if ((isRefusal(error) || isWithoutMajority(error)) && !isDestroy())
			throw keptByEtcd(member.nodeName, error as Error);
		status(`${member.nodeName}: its etcd member does not take leave: ${shortReason(error)}`);
	}
}

/**
 * Takes the member that a host's manifest names out of etcd, before something ends all pods of the host. Does nothing for a
 * member that the program still has, on a host without etcd, and in a `pulumi destroy`.
 * @throws as `leaveEtcd`
 */
export async function leaveEtcdOf(host: Host): Promise<void> {
	const pod = isDestroy() ? undefined : await placedEtcd(host);
	const member = pod && memberOf(host, pod);
	if (member && !declaredAddresses().includes(member.address)) await leaveEtcd(member);
}
