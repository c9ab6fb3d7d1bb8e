import { isDestroy } from "../../hosts/placement/program";
import { reach } from "../../hosts/reach";
import { declaredMembers, keptByEtcd } from "./declared-members";
import { isUnanswered, withEtcd } from "./etcd-client";
import { silentAmong } from "./quorum";

/**
 * Refuses to take a control plane away whose etcd member the others cannot do without, before its node is drained: etcd itself
 * refuses when the member leaves, which comes later. Asks the members that the program has. Does nothing where none of them
 * knows the member, where none can be asked, and in a `pulumi destroy`.
 * @param nodeName name of the node, which is the member's name
 * @throws Error where fewer of the others answer than a majority of them
 */
export async function refuseLossOfQuorum(nodeName: string): Promise<void> {
	if (isDestroy()) return;
	let unanswered: Error | undefined;
	for (const other of declaredMembers()) {
		try {
			const site = { ...other, host: await reach(other.host) };
			const { members } = await withEtcd(site, (call) => call("MemberList", { linearizable: true }));
			const voters = members.filter(({ isLearner }) => !isLearner);
			if (!voters.some(({ name }) => name === nodeName)) continue;
			const rest = voters.filter(({ name }) => name !== nodeName);
			const silent = await silentAmong(site, rest);
			if (rest.length - silent.length > rest.length / 2) return;
			unanswered = new Error(`no answer from ${silent.map(({ name }) => name).join(", ")}`);
			break;
		} catch (error) {
			// One that cannot be asked leaves the question to the next. Members without a majority answer none.
			if (isUnanswered(error)) unanswered ??= error as Error;
		}
	}
	if (unanswered) throw keptByEtcd(nodeName, unanswered);
}
