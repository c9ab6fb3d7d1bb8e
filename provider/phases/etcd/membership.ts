import type { Host } from "../../hosts/host";
import { isDestroy } from "../../hosts/placement/program";
import { limiter } from "../../hosts/ssh/limiter";
import { status } from "../../hosts/status";
import { WaitError, waitFor } from "../../hosts/wait";
import { etcdPeerUrl } from "../../render/endpoints";
import type { EtcdMembers } from "../../render/static-pods/pod";
import { shortReason } from "../diagnosis/short-reason";
import { addressOf, type EtcdCall, isRefusal, isUnanswered, withEtcd } from "./etcd-client";
import type { Member } from "./etcd-messages";

/** A control plane's own etcd member, and what is needed to ask etcd from its host. */
export interface MemberSite {
	/** The control plane's host. */
	host: Host;
	/** Name of the node, which is the member's name. */
	nodeName: string;
	/** Address of the member: the node's advertise address. */
	address: string;
	/** Directory of the cluster's certificates on the host. */
	certificatesDir: string;
}

/** Limit and status lines of a change of the membership. */
export interface MembershipPatience {
	/** Limit in seconds: kubeadm's timeout `etcdAPICall`. */
	timeoutSeconds: number;
	/** Receives a line each time that what etcd says changes. */
	onStatus: (line: string) => void;
}

/**
 * Adds a control plane's member to a running etcd as a learner, which has no vote yet. A member of that address that has
 * run before is removed first: its data is lost, and under its old identity it would break what etcd promised.
 * @param addresses of the members that may run
 * @param removable names of members that the program no longer has: those that do not answer, and are at none of the
 * addresses, are removed first, because etcd takes no new member while one is down
 * @returns the other members, with which the new one starts
 * @throws WaitError where etcd takes no member within the limit
 *
 * Source: `etcd-join`, kubeadm phases/etcd/local.go and util/etcd/etcd.go.
 */
export async function addMember(
	site: MemberSite,
	{ addresses, removable }: { addresses: readonly string[]; removable: readonly string[] },
	patience: MembershipPatience,
): Promise<EtcdMembers> {
	const others = addresses.filter((address) => address !== site.address);
	// A process may serve several clusters, in which members have equal names.
	const isRemovable = (member: Member) =>
		removable.includes(member.name) && ![site.address, ...others].some((address) => isAt(member, { address }));
	return waitFor({
		subject: `${site.nodeName}: etcd member`,
		...patience,
		observe: () =>
			refusable(async () => {
				const rest = await askAny(site, others, async (call) => {
					const { members } = await call("MemberList", { linearizable: true });
					const own = members.find((member) => isAt(member, site));
					if (own && (!own.isLearner || own.clientURLs.length > 0)) await remove(call, own, site, patience);
					for (const member of members)
						if (isRemovable(member) && !(await answers(site, member))) await remove(call, member, site, patience);
					const isWaiting = own?.isLearner && own.clientURLs.length === 0;
					const { members: all } = isWaiting
						? await call("MemberList", { linearizable: true })
						: await call("MemberAdd", { peerURLs: [etcdPeerUrl(site.address)], isLearner: true });
					return all.filter((member) => !isAt(member, site));
				});
				return { done: true, value: rest.map(initialMember) };
			}),
	});
}

/**
 * Gives a learner its vote, once it has the data. Does nothing for a member that votes already.
 * @param others addresses of other members: a learner answers no such request itself
 * @returns why it has no vote yet, in a few words; undefined where it votes, or etcd does not have the member
 */
export async function promoteLearner(site: MemberSite, others: readonly string[]): Promise<string | undefined> {
	try {
		return await askAny(site, others, async (call) => {
			const { members } = await call("MemberList", { linearizable: true });
			const own = members.find((member) => isAt(member, site));
			if (own?.isLearner) await call("MemberPromote", { ID: own.ID });
			return undefined;
		});
	} catch (error) {
		// The others that are known may be gone since. A member that has just started may not know yet that it is a learner.
		if (error instanceof NoAnswer && (await votes(site))) return undefined;
		return `learner, no vote yet: ${shortReason(error)}`;
	}
}

/** Whether a member says that it has a vote. False where it does not answer. */
async function votes(site: MemberSite): Promise<boolean> {
	return withEtcd(site, (call) => call("Status")).then(
		({ isLearner }) => !isLearner,
		() => false,
	);
}

/**
 * Seconds for which a removal is tried again. To the others, a member counts as unhealthy until some seconds after its start, and
 * after a leader has left, the rest elects another one.
 */
const REMOVAL_SECONDS = 60;

/** What became of a member: `left`; `none` where etcd did not have it; `only` where it is the only one, which etcd keeps. */
type Removal = "left" | "none" | "only";

/** One member leaves at a time: two that leave together could take the majority away. */
const inTurn = limiter(1);

/**
 * Removes a member from etcd. A member that is gone already is a success.
 * @param through addresses of members to ask, in this order; the first that answers is asked
 * @throws GrpcStatus where etcd refuses for a minute, because the rest would have no quorum; NoAnswer where no member answers
 */
export async function removeMember(site: MemberSite, through: readonly string[]): Promise<Removal> {
	let last: unknown;
	const observe = async () => {
		try {
			return { done: true as const, value: await removeOnce(site, through) };
		} catch (error) {
			if (!isRefusal(error) && !isWithoutMajority(error)) throw error;
			last = error;
			// In a destroy the others go too.
			return { done: false as const, saw: `does not leave yet: ${shortReason(error)}`, hopeless: isDestroy() };
		}
	};
	try {
		return await inTurn(() =>
			waitFor<Removal>({
				subject: `${site.nodeName}: etcd member`,
				timeoutSeconds: REMOVAL_SECONDS,
				onStatus: status,
				observe,
			}),
		);
	} catch (error) {
		throw error instanceof WaitError ? (last ?? error) : error;
	}
}

async function removeOnce(site: MemberSite, through: readonly string[]): Promise<Removal> {
	return askAny(site, through, async (call) => {
		const { members } = await call("MemberList", { linearizable: true });
		const own = members.find((member) => isAt(member, site));
		if (!own) return "none";
		const voters = members.filter(({ isLearner }) => !isLearner);
		if (!own.isLearner && voters.length === 1) return "only";
		await handOver(call, own, voters);
		await call("MemberRemove", { ID: own.ID });
		return "left";
	});
}

/** Lets another member lead, where a member that stops soon leads: no election is then needed. */
export async function handOver(call: EtcdCall, own: Member, voters: readonly Member[]): Promise<void> {
	const { leader, header } = await call("Status");
	const next = voters.find(({ ID, clientURLs }) => ID !== own.ID && clientURLs.length > 0);
	if (leader === own.ID && header.memberId === own.ID && next) await call("MoveLeader", { targetID: next.ID });
}

/** Whether a member is the one of a control plane. Members are known by their address: a learner has no name yet. */
export function isAt({ peerURLs }: Member, { address }: Pick<MemberSite, "address">): boolean {
	return peerURLs.includes(etcdPeerUrl(address));
}

/** Asks the first member that answers. @throws the error of the last where none answers */
async function askAny<T>(
	site: MemberSite,
	addresses: readonly string[],
	ask: (call: EtcdCall) => Promise<T>,
): Promise<T> {
	const failures: Error[] = [];
	for (const address of addresses) {
		try {
			return await withEtcd({ ...site, address }, ask);
		} catch (error) {
			if (isRefusal(error)) throw error;
			failures.push(error as Error);
		}
	}
	throw new NoAnswer(addresses, failures);
}

/**
 * The members as the first knows them that answers; undefined where none does. A member that waits for its majority in a
 * bring-up knows the founders.
 * @param options whether only a member with a majority answers @default { linearizable: false }
 */
export async function membersOf(
	site: MemberSite,
	addresses: readonly string[],
	options: { linearizable: boolean } = { linearizable: false },
): Promise<Member[] | undefined> {
	try {
		return await askAny(site, addresses, async (call) => (await call("MemberList", options)).members);
	} catch {
		// In a bring-up no member answers yet.
		return undefined;
	}
}

/** Error of a question to etcd that no member answered. */
class NoAnswer extends Error {
	/** The error of each address. */
	readonly failures: readonly Error[];

	constructor(addresses: readonly string[], failures: readonly Error[]) {
		super(
			addresses.length === 0
				? "no other member is known"
				: addresses.map((address, index) => `${address}: ${shortReason(failures[index])}`).join("; "),
		);
		this.name = "NoAnswer";
		this.failures = failures;
	}
}

/** Whether no member answered although one runs: the members have no majority, or elect a leader. */
export function isWithoutMajority(error: unknown): boolean {
	return error instanceof NoAnswer && error.failures.some(isUnanswered);
}

/** Addresses at which a member serves clients; empty for one that has not started. */
export function clientAddress({ clientURLs }: Member): string[] {
	return clientURLs.slice(0, 1).map((url) => addressOf(url).address);
}

/** Whether a member answers. One that never started does not. */
export async function answers(site: MemberSite, member: Member): Promise<boolean> {
	const [address] = clientAddress(member);
	if (address === undefined) return false;
	return withEtcd({ ...site, address }, (call) => call("Status")).then(
		() => true,
		() => false,
	);
}

async function remove(call: EtcdCall, { ID, name }: Member, site: MemberSite, { onStatus }: MembershipPatience) {
	onStatus(`${site.nodeName}: etcd member ${name || ID} is removed: it is not to run again with its old identity`);
	await call("MemberRemove", { ID });
}

/** As kubeadm writes a member: a learner that has not started has its id for a name. */
function initialMember({ ID, name, peerURLs }: Member): EtcdMembers[number] {
	return { name: name || BigInt(ID).toString(16), address: addressOf(peerURLs[0]!).address };
}

type Seen<T> = { done: true; value: T } | { done: false; saw: string };

/** What etcd refuses now may be granted soon: too many learners, members that have just started. */
async function refusable<T>(observe: () => Promise<Seen<T>>): Promise<Seen<T>> {
	try {
		return await observe();
	} catch (error) {
		return { done: false, saw: shortReason(error) };
	}
}
