import { hasUnknowns } from "../../facts/unknown";
import { isDestroy } from "../../hosts/placement/program";
import { type HostReference, reach } from "../../hosts/reach";
import { shortReason } from "../diagnosis/short-reason";
import { isRefusal } from "./etcd-client";
import { removeMember } from "./membership";

/** An etcd member that the program has. */
export interface DeclaredMember {
	/** The control plane's host. */
	host: HostReference;
	/** Name of the node. */
	nodeName: string;
	/** Address of the member. */
	address: string;
	/** Directory of the cluster's certificates on the host. */
	certificatesDir: string;
}

/** Members that the program has, as far as this process has checked them, by the member's address. */
const declared = new Map<string, DeclaredMember>();

/** Names of members that the program had once and has no more, as the identities of its clusters know them. */
const former = new Set<string>();

/** Remembers, for the rest of this process, the members that a cluster of the program had once. */
export function declareFormerMembers(names: readonly string[]): void {
	for (const name of names) former.add(name);
}

/** Names of members that the program had once and has no more. */
export function formerMembers(): readonly string[] {
	return [...former];
}

/** The members that the program has, as far as this process has checked them. */
export function declaredMembers(): readonly DeclaredMember[] {
	return [...declared.values()];
}

/** Addresses of the members that the program has. */
export function declaredAddresses(): string[] {
	return [...declared.keys()];
}

/** Remembers a member that the program has. The deletes of a run come last, and reach etcd through such members. */
export function declareMember(member: DeclaredMember): void {
	if (!hasUnknowns(member)) declared.set(member.address, member);
}

/**
 * Removes a member that the program has no more through the members that it has. Does nothing where etcd does not have the
 * member, for one that the program still has, and in a `pulumi destroy`, which takes all members away.
 * @throws Error where other members exist and etcd keeps the member
 */
export async function leaveThroughOthers(member: DeclaredMember, onStatus: (line: string) => void): Promise<void> {
	const others = declaredMembers().filter(({ address }) => address !== member.address);
	if (isDestroy() || declared.has(member.address) || others.length === 0) return;
	const failures: string[] = [];
	let isUnknownToOne = false;
	for (const other of others) {
		try {
			const { certificatesDir, address } = other;
			const host = await reach(other.host);
			const outcome = await removeMember({ ...member, host, certificatesDir }, [address]);
			if (outcome === "left") onStatus(`${member.nodeName}: its etcd member is removed, through ${other.nodeName}`);
			if (outcome !== "none") return;
			// The other may be a member of another cluster of the program.
			isUnknownToOne = true;
		} catch (error) {
			if (isRefusal(error)) throw keptByEtcd(member.nodeName, error as Error);
			failures.push(`${other.nodeName}: ${shortReason(error)}`);
		}
	}
	if (isUnknownToOne) return;
	throw new Error(
		`${member.nodeName}: its etcd member cannot be removed, as no other member answers: ${failures.join("; ")}; next: bring a majority of the members back, then run \`pulumi up\` again`,
	);
}

/** Error of a member that etcd does not let go: the rest would have no quorum. */
export function keptByEtcd(nodeName: string, cause: Error): Error {
	return new Error(
		`${nodeName}: its etcd member stays, because the other members would have no quorum without it (${cause.message}); next: repair the other members, or take those that are gone for good out of the program first (\`gone: true\`), then run \`pulumi up\` again`,
		{ cause },
	);
}
