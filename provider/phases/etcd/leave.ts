import { isDestroy } from "../../hosts/placement/program";
import { status } from "../../hosts/status";
import { shortReason } from "../diagnosis/short-reason";
import { keptByEtcd } from "./declared-members";
import { isRefusal } from "./etcd-client";
import { type MemberSite, removeMember } from "./membership";

/**
 * Takes a member out of etcd through its own endpoint, while it still runs. The only member stays. An etcd that does not
 * answer is left as it is: the removal of its data asks the other members.
 * @throws Error where etcd keeps the member because the others would have no quorum; not in a `pulumi destroy`, which takes
 * the others away too
 *
 * Source: `remove-etcd-member`, kubeadm phases/reset/removeetcdmember.go.
 */
export async function leaveEtcd(member: MemberSite): Promise<void> {
	try {
		const outcome = await removeMember(member, [member.address]);
		if (outcome === "left") status(`${member.nodeName}: its etcd member has left the others`);
	} catch (error) {
		if (isRefusal(error) && !isDestroy()) throw keptByEtcd(member.nodeName, error as Error);
		status(`${member.nodeName}: its etcd member does not take leave: ${shortReason(error)}`);
	}
}
