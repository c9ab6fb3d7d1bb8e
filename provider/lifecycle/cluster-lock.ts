import { hasUnknowns } from "../facts/unknown";
import { withHostLock } from "../hosts/placement/host-lock";
import { type HostReference, reach } from "../hosts/reach";
import { hostName } from "../hosts/ssh/connection";
import { WaitError } from "../hosts/wait";

/** The control planes of a cluster, by address, so that all runs ask them in one order. The first that answers keeps the lock. */
interface ControlPlanes {
	/** Those that have answered as far as they were asked. */
	hosts: HostReference[];
}

/** Clusters of several control planes, by each of these. */
const clusters = new Map<string, ControlPlanes>();

/** Remembers, for the rest of this process, the control planes of a cluster: one, and the others. */
export function declareControlPlanes(machine: HostReference, others: readonly HostReference[]): void {
	if (others.length === 0 || hasUnknowns([machine, others])) return;
	const hosts = [machine, ...others].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
	const cluster = clusters.get(nameOf(machine)) ?? { hosts };
	for (const host of hosts) clusters.set(nameOf(host), cluster);
}

/**
 * Runs an operation that changes a machine. Where the machine is one of several control planes, this process holds the lock on
 * the first of them meanwhile, so that no two runs that reach the same control planes change two of them at once. That lock is
 * taken before the machine's own, so that such runs do not wait for each other.
 */
export async function whileClusterLocked<T>(machine: HostReference, operation: () => Promise<T>): Promise<T> {
	const cluster = clusters.get(nameOf(machine));
	const [keeper, ...others] = cluster?.hosts ?? [];
	if (!cluster || !keeper) return operation();
	let isLocked = false;
	const locked = () => {
		isLocked = true;
		return operation();
	};
	try {
		return await withHostLock(await reach(keeper), locked);
	} catch (error) {
		// Another run that holds the lock is a reason to stop, and a machine that does not answer is none.
		if (isLocked || error instanceof WaitError) throw error;
		// The next one keeps the lock, for the rest of this process, of those that have not failed meanwhile.
		if (cluster.hosts[0] === keeper) cluster.hosts = others;
		return whileClusterLocked(machine, operation);
	}
}

/**
 * Runs an operation that takes a part of a control plane away. The machine has left the program, so that nobody says which
 * control planes are the others: this process holds the locks of all clusters that it knows. A `pulumi destroy` knows none.
 */
export function whileLeaving<T>(machine: HostReference, operation: () => Promise<T>): Promise<T> {
	if (clusters.has(nameOf(machine))) return whileClusterLocked(machine, operation);
	const members = [...new Set(clusters.values())].flatMap(({ hosts }) => hosts.slice(0, 1));
	return members
		.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
		.reduceRight((locked, member) => () => whileClusterLocked(member, locked), operation)();
}

function nameOf({ connection }: HostReference): string {
	return `${hostName(connection)} ${connection.proxy ? hostName(connection.proxy) : ""}`;
}
