import type { Host } from "../../hosts/host";
import { quote } from "../../hosts/shell";
import type { EtcdMembers } from "../../render/static-pods/pod";
import { hasClientCertificate } from "./etcd-client";
import { addMember, answers, isAt, type MemberSite, membersOf } from "./membership";
import { isDataUnusable } from "./unusable-data";

/** A member, and where its data is. */
export interface JoiningMember extends Omit<MemberSite, "host"> {
	/** Absolute path of the data directory. */
	directory: string;
	/** Addresses of the other members that the program has. */
	others: readonly string[];
	/** Names of members that the program had once and has no more. */
	former: readonly string[];
	/** Limit in seconds. */
	timeoutSeconds: number;
	/** The members that the cluster was founded with. */
	initialMembers: EtcdMembers;
}

/**
 * Gives a member its place among the others, by what etcd says now. Where no other member answers, it is one of the
 * founders. A founder that has not started yet starts with the founders. One that etcd knows and whose data is there goes
 * on as it is. Any other joins as a learner.
 * @returns the members with which etcd starts on this host
 * @throws WaitError where etcd takes no member within the limit
 */
export async function joinEtcd(
	host: Host,
	{ others, former, directory, timeoutSeconds, initialMembers, ...member }: JoiningMember,
	onStatus: (line: string) => void,
): Promise<EtcdMembers> {
	const site = { host, ...member };
	const isFounder = initialMembers.some(({ name }) => name === member.nodeName);
	const members = await membersOf(site, others);
	if (!members && isFounder) return initialMembers;
	const own = members?.find((each) => isAt(each, site));
	const isFounding = own && !own.isLearner && own.clientURLs.length === 0;
	if (isFounding && isFounder) return initialMembers;
	if (own && !isFounding && (await hasData(host, directory))) return initialMembers;
	await dropTraces(host, directory);
	return addMember(site, { addresses: others, removable: former }, { timeoutSeconds, onStatus });
}

/**
 * Why a member that has run cannot go on as it is: it has no data, it cannot use its data, or the others have removed it.
 */
export type DataProblem = "lost" | "unusable" | "removed";

/**
 * Why a member that has run cannot go on as it is. Undefined where it can, and where the other members have no majority, because
 * then nobody knows. A host that has lost its certificates too asks nobody: etcd itself decides at the join.
 */
export async function dataProblem(
	host: Host,
	{ others, directory, ...member }: Pick<JoiningMember, "others" | "directory"> & Omit<MemberSite, "host">,
): Promise<DataProblem | undefined> {
	const site = { host, ...member };
	const members = await membersOf(site, others, { linearizable: true });
	if (!members) return (await hasClientCertificate(site)) || (await hasData(host, directory)) ? undefined : "lost";
	const own = members.find((each) => isAt(each, site));
	// A member that has not started yet is about to.
	if (own && own.clientURLs.length === 0) return undefined;
	if (!(await hasData(host, directory))) return "lost";
	if (!own) return "removed";
	// What an earlier container said counts no more for a member that answers.
	return !(await answers(site, own)) && (await isDataUnusable(host)) ? "unusable" : undefined;
}

/**
 * Whether a member has its log. The database alone tells nothing: an etcd that finds no log makes one before the others
 * refuse it ("has already been bootstrapped").
 */
async function hasData(host: Host, directory: string): Promise<boolean> {
	const { stdout } = await host.run({
		intent: "look for the data of etcd's member",
		script: `[ -z "$(ls ${quote(directory)}/member/wal/ 2>/dev/null)" ] || echo yes`,
	});
	return stdout.trim() === "yes";
}

/** Removes what an etcd left that ended before it had a log. */
async function dropTraces(host: Host, directory: string): Promise<void> {
	await host.run({
		intent: "remove what an etcd without data left",
		script: `[ -n "$(ls ${quote(directory)}/member/wal/ 2>/dev/null)" ] || rm -rf ${quote(directory)}/member`,
	});
}
