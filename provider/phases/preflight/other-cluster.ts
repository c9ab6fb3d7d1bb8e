import { ExpectationError } from "../../config/expected";
import type { Host } from "../../hosts/host";
import { otherClustersNode } from "../../hosts/placement/foreign";
import { type DeclaredNode, takeOver } from "./take-over";

/**
 * Refuses a machine that is a node which this package did not make: its kubelet runs with a configuration that has no
 * ownership record. Files of such a node must not be adopted, changed or deleted. A node of this program's cluster is taken
 * over instead.
 * @param declared the node that the program declares on the machine @default none: every such node is refused
 * @throws ExpectationError that names the node's role and the hash of its CA's public key
 */
export async function refuseOtherCluster(host: Host, declared?: DeclaredNode): Promise<void> {
	const node = await otherClustersNode(host);
	if (!node || (declared && (await takeOver(host, declared)))) return;
	throw new ExpectationError({
		at: host.name,
		expected: "a machine that is no node yet",
		got: `${node}; nothing was changed`,
		next: `use another machine. Where that cluster no longer needs this one: \`kubectl drain\` and \`kubectl delete node\` there, then ${host.typed("kubeadm reset")}`,
	});
}
