import { Gate } from "../resources";
import type { Access } from "./cluster-api";
import type { Context } from "./cluster-context";
import type { Made } from "./cluster-nodes";

/**
 * Makes a last gate for each of several control planes. In a founding the gates between them do not wait, as etcd has no
 * quorum before most of them run: these wait until each control plane is healthy, beside the steps that need one API server
 * only. Empty for one control plane.
 */
export function awaitFounders(
	{ name, spec: cluster, controlPlanes, parent }: Context,
	{ hosts, nodes, identity, access }: Made & { access: Access },
): Gate[] {
	if (controlPlanes.length < 2) return [];
	const behind = { ...parent, dependsOn: [access.access] };
	return controlPlanes.map(({ name: node }) => {
		const args = { host: hosts.get(node)!, cluster, node: nodes.get(node)!, identity, credentials: {} };
		return new Gate(`${name}-${node}-serves`, { ...args, waitsInFounding: true }, behind);
	});
}
