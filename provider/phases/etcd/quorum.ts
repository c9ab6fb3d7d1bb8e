import { withEtcd } from "./etcd-client";
import type { EtcdAnswers, Member } from "./etcd-messages";
import { answers, clientAddress, handOver, isAt, type MemberSite, membersOf } from "./membership";

/**
 * Why etcd is not well enough to restart one of its members, in a few words; undefined where it is: every member has started,
 * votes and answers, no alarm is raised, and without one member the others still are a majority. The only member may always
 * be restarted, and one of two too: etcd then does not answer for a while.
 * @throws errors of etcd where the member itself does not answer
 */
export async function etcdProblem(site: MemberSite): Promise<string | undefined> {
	const { members, alarms } = await withEtcd(site, async (call) => ({
		...(await call("MemberList", { linearizable: true })),
		...(await call("Alarm")),
	}));
	const silent = await silentAmong(site, members);
	const problems = [
		...members.filter(({ clientURLs }) => clientURLs.length === 0).map((member) => `${nameOf(member)} has not started`),
		...members.filter(({ isLearner }) => isLearner).map((member) => `${nameOf(member)} has no vote yet`),
		...silent.map((member) => `${nameOf(member)} does not answer`),
		...alarms.map((alarm) => alarmText(alarm, members)),
	];
	return problems.length > 0 ? `etcd: ${[...new Set(problems)].join(", ")}` : undefined;
}

/** Those of some members that do not answer. */
export async function silentAmong(site: MemberSite, members: readonly Member[]): Promise<Member[]> {
	const silent = await Promise.all(members.map(async (member) => ((await answers(site, member)) ? [] : [member])));
	return silent.flat();
}

/** Whether any of some members answers as part of a majority. @param addresses of the members */
export async function hasQuorum(site: MemberSite, addresses: readonly string[]): Promise<boolean> {
	return (await membersOf(site, addresses, { linearizable: true })) !== undefined;
}

/** Lets another member lead, where this one does, before it is restarted. Does nothing where etcd does not answer. */
export async function giveLeadAway(site: MemberSite): Promise<void> {
	try {
		await withEtcd(site, async (call) => {
			const { members } = await call("MemberList", { linearizable: false });
			const own = members.find((member) => isAt(member, site));
			if (own)
				await handOver(
					call,
					own,
					members.filter(({ isLearner }) => !isLearner),
				);
		});
	} catch {
		// etcd hands over by itself when it ends: this only spares an election.
	}
}

/** Address at which a member is named in messages. */
function nameOf(member: Member): string {
	return member.name || clientAddress(member)[0] || member.peerURLs.join(",");
}

function alarmText({ memberID, alarm }: EtcdAnswers["Alarm"]["alarms"][number], members: readonly Member[]): string {
	const member = members.find(({ ID }) => ID === memberID);
	return `alarm ${alarm} of ${member ? nameOf(member) : memberID}`;
}
