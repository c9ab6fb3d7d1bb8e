import type { Host } from "../../hosts/host";
import { claimNode, readClaim, releaseNode } from "../../hosts/placement/node-claim";
import { status } from "../../hosts/status";
import { refuseOtherCluster } from "./other-cluster";
import type { DeclaredNode } from "./take-over";

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
 * in this program's cluster. Releases the claim where `check` throws.
 * @throws Error where the machine is a node already, of another cluster or another program, or fails the check
 */
export async function becomeNode(
	host: Host,
	{ owner, node, joined, keepsKubelet, leave, check }: Becoming,
): Promise<void> {
	if (!keepsKubelet && !(await readClaim(host))) await refuseOtherCluster(host, joined && { node, ...joined });
	await claimNode(host, { node, owner, ...(leave ? { leave } : {}) });
	try {
		await check();
	} catch (error) {
		await releaseNode(host, owner).catch((failure: Error) => status(failure.message));
		throw error;
	}
}
