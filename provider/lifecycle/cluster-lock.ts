import { hasUnknowns } from "../facts/unknown";
import { firstReached } from "../hosts/first-reached";
import type { Host } from "../hosts/host";
import { withHostLock } from "../hosts/placement/host-lock";
import { type HostReference, reach } from "../hosts/reach";

/** The control planes of a cluster, of which one keeps the cluster's lock. */
interface ControlPlanes {
	/** By address, so that all programs ask them in one order. */
	hosts: HostReference[];
	/** The one that keeps the lock in this process: the first that answers. */
	keeper?: Promise<Host>;
}

/** Clusters of several control planes, by the addresses of each of these. */
const clusters = new Map<string, ControlPlanes>();

/** Remembers, for the rest of this process, the control planes of a cluster: one, and the others. */
export function declareControlPlanes(machine: HostReference, others: readonly HostReference[]): void {
	if (others.length === 0 || hasUnknowns([machine, others])) return;
	const hosts = [machine, ...others].sort((one, other) => (addressOf(one) < addressOf(other) ? -1 : 1));
	const known = clusters.get(addressOf(hosts[0]!));
	const isKnown = known !== undefined && String(known.hosts.map(addressOf)) === String(hosts.map(addressOf));
	const cluster = isKnown ? known : { hosts };
	for (const host of hosts) clusters.set(addressOf(host), cluster);
}

/**
 * Runs an operation that changes a machine. Where the machine is one of several control planes, this process holds the lock on
 * the first of them meanwhile, so that no two runs change two control planes of one cluster at once. That lock is taken before the
 * machine's own, so that no two runs wait for each other.
 */
export async function whileClusterLocked<T>(machine: HostReference, operation: () => Promise<T>): Promise<T> {
	const cluster = clusters.get(addressOf(machine));
	if (!cluster) return operation();
	cluster.keeper ??= firstReached(cluster.hosts, reach).catch((error) => {
		delete cluster.keeper;
		throw error;
	});
	return withHostLock(await cluster.keeper, operation);
}

function addressOf({ connection }: HostReference): string {
	return connection.host;
}
