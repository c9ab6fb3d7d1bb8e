import type { Host } from "../../hosts/host";
import { otherClustersNode } from "../../hosts/placement/foreign";
import { claimNode, readClaim, releaseNode } from "../../hosts/placement/node-claim";
import { status } from "../../hosts/status";
import { refuseOtherCluster } from "./other-cluster";
import { type DeclaredNode, isJoinedByHand, takeOver } from "./take-over";

/** Claim of a machine for a node. */
interface Becoming {
	/** Id of the resource that claims the machine. */
	owner: string;
	/** Name of the node. */
	node: string;
	/** What of the node decides whether a node that kubeadm made is taken over. @default nothing: such a node is refused */
	joined?: Omit<DeclaredNode, "node">;
	/** Whether the node's kubelet is not this program's, because kubeadm's phase `kubelet-start` is skipped. @default false */
	keepsKubelet?: boolean;
	/** Called before the machine changes from one node of this program to another, with the name of the former. @default nothing */
	leave?: (formerNode: string) => Promise<void>;
	/** Checks the machine; throws where the machine cannot be the node. */
	check: () => Promise<void>;
}

/**
 * Claims a machine for a node and runs `check`, before anything of the node is placed. Takes a node over that kubeadm made
 * in this program's cluster, once it has passed. Releases the claim where `check` throws.
 * @throws Error where the machine is a node already, of another cluster or another program, or fails the check
 */
export async function becomeNode(
	host: Host,
	{ owner, node, joined, keepsKubelet, leave, check }: Becoming,
): Promise<void> {
	const declared = joined && { node, ...joined };
	// A kubelet's configuration gets its record last, so that a take-over that was cut off is finished.
	const foreign = keepsKubelet ? undefined : await otherClustersNode(host);
	const isJoined = foreign !== undefined && declared !== undefined && (await isJoinedByHand(host, declared));
	if (foreign !== undefined && !isJoined && !(await readClaim(host))) refuseOtherCluster(host, foreign);
	await claimNode(host, { node, owner, ...(leave ? { leave } : {}) });
	try {
		await check();
		if (isJoined) await takeOver(host, declared);
	} catch (error) {
		await releaseNode(host, owner).catch((failure: Error) => status(failure.message));
		throw error;
	}
}
