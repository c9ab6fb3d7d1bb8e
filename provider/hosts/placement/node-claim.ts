import { ExpectationError } from "../../config/expected";
import type { Host } from "../host";
import { isDeclared, markDeclared } from "./owner";
import { isThisProgram, type Program, programText, thisProgram } from "./program";
import { parseRecord, RECORDS, recordAccess } from "./records";

/** Path of the record that says which node a machine is. */
export const CLAIM = `${RECORDS}/node.json`;

/** Which node a machine is. */
export interface NodeClaim {
	/** The program that declares the node. */
	program: Program;
	/** Name of the node. */
	node: string;
	/** Ids of the resources that hold the claim: the node's preflight and kubelet. */
	owners: string[];
}

/** Reads the claim on a machine; undefined where the machine is no node of any program. @throws BrokenRecord where the record is not readable */
export async function readClaim(host: Host): Promise<NodeClaim | undefined> {
	const file = (await host.read([CLAIM])).get(CLAIM);
	return file && parseRecord<NodeClaim>(host.name, CLAIM, file.content.toString());
}

/**
 * Claims a machine for a node, before anything is placed there. The claim is written atomically: of two programs that
 * claim a machine at the same time, one is refused.
 * @param owner id of the resource that needs the machine
 * @param leave called with the name of this program's node that the machine was until now, before the claim changes
 * @throws ExpectationError where the machine is another node of this program, or a node of another program
 */
export async function claimNode(
	host: Host,
	{ node, owner, leave }: { node: string; owner: string; leave?: (formerNode: string) => Promise<void> },
): Promise<void> {
	const wanted: NodeClaim = { program: thisProgram(), node, owners: [owner] };
	// Two nodes of this program may claim one machine in one run: the first holds it from here on.
	markDeclared(owner);
	const existing = await claimUnlessClaimed(host, wanted);
	if (!existing) return;
	if (!isThisProgram(existing.program)) throw otherProgramsNode(host, existing);
	const holders = existing.owners.filter((id) => id !== owner && isDeclared(id));
	if (existing.node !== node && holders.length > 0)
		throw new ExpectationError({
			at: host.name,
			expected: `a machine of its own for node ${node}`,
			got: `the machine of node ${existing.node}, which this program also declares`,
			next: "give each node another connection.host",
		});
	// A node that the program renamed, or one whose `up` was cut off, has no declared holder.
	if (existing.node !== node) await leave?.(existing.node);
	const owners = existing.node === node ? [...new Set([...existing.owners, owner])] : [owner];
	await host.write([claimFile({ ...wanted, owners })]);
}

/** Removes a resource from the claim on a machine, and the record with its last holder. Does nothing where the resource holds no claim. */
export async function releaseNode(host: Host, owner: string): Promise<void> {
	const claim = await readClaim(host);
	if (!claim?.owners.includes(owner)) return;
	const owners = claim.owners.filter((id) => id !== owner);
	if (owners.length > 0) await host.write([claimFile({ ...claim, owners })]);
	else await host.remove([CLAIM], [RECORDS]);
}

/** Reads this program's claim on a machine where none of its holders is declared any more: what holds it was cut off. */
export async function abandonedClaim(host: Host): Promise<NodeClaim | undefined> {
	const claim = await readClaim(host);
	return claim && isThisProgram(claim.program) && !claim.owners.some(isDeclared) ? claim : undefined;
}

/** Removes this program's claim on a machine, unless one of its holders is still declared. */
export async function abandonClaim(host: Host): Promise<void> {
	if (await abandonedClaim(host)) await host.remove([CLAIM], [RECORDS]);
}

/** Writes a claim where there is none. @returns the claim that is there already */
async function claimUnlessClaimed(host: Host, claim: NodeClaim): Promise<NodeClaim | undefined> {
	const { stdout } = await host.run({
		intent: "claim the machine for a node",
		stdin: claimText(claim),
		script: `
umask 077
mkdir -p ${RECORDS} || exit 1
cat > ${CLAIM}.$$ && ln ${CLAIM}.$$ ${CLAIM} 2>/dev/null || cat ${CLAIM}
rm -f ${CLAIM}.$$`,
	});
	return stdout.trim() === "" ? undefined : parseRecord<NodeClaim>(host.name, CLAIM, stdout);
}

function otherProgramsNode(host: Host, { node, program }: NodeClaim): Error {
	return new ExpectationError({
		at: host.name,
		expected: "a machine that is no node yet",
		got: `node ${node} of ${programText(program)}; nothing was changed`,
		next: `take the machine out of that program first: remove the node there, or run \`pulumi destroy\` there. Where that program's state is lost for good: ${host.typed(`kubeadm reset && rm -r ${RECORDS}`)}`,
	});
}

function claimFile(claim: NodeClaim) {
	return { path: CLAIM, content: claimText(claim), ...recordAccess };
}

function claimText(claim: NodeClaim): string {
	return `${JSON.stringify(claim)}\n`;
}
