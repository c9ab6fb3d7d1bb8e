import * as pulumi from "@pulumi/pulumi";
import type { ClusterIdentity, Preflight } from "../resources";
import { isOfThisRun } from "./turn";

/** A founding of several control planes. */
export interface Founding {
	/** Whether this `up` founds the cluster, on hosts that are all empty. */
	isNow: Promise<boolean>;
	/**
	 * The static pods of all control planes. In a founding no kubelet starts before they are there: a machine that starts a
	 * control plane has no time for the files of another.
	 */
	pods: Promise<readonly pulumi.Resource[]>;
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
