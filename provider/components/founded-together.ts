import * as pulumi from "@pulumi/pulumi";
import { type ClusterIdentity, Gate, type Preflight } from "../resources";
import type { Access } from "./cluster-api";
import type { Context } from "./cluster-context";
import type { Made } from "./cluster-nodes";
import { isOfThisRun } from "./turn";

/** A founding of several control planes. */
export interface Founding {
	/** Whether this `up` founds the cluster, on hosts that are all empty. */
	isNow: Promise<boolean>;
	/**
	 * What is placed on the control planes before this one. In a founding it takes the place of their gates: it is there sooner,
	 * and in a destroy the control planes still go one after the other.
	 */
	after: readonly pulumi.Resource[];
}

/**
 * Whether this `up` founds a cluster: its identity is made now, and so are the preflights of all control planes, which found
 * their hosts empty. A bring-up that was cut off goes on in another `up`, and is none.
 */
export async function isFoundedNow(identity: ClusterIdentity, preflights: readonly Preflight[]): Promise<boolean> {
	if (pulumi.runtime.isDryRun()) return false;
	const all = await Promise.all([identity.foundedAt, ...preflights.map(({ emptyAt }) => emptyAt)].map(isOfThisRun));
	return all.every(Boolean);
}

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
		return new Gate(`${name}-${node}-serves`, args, behind);
	});
}
