import { expected } from "../config/expected";
import { SpecError } from "../config/problems";
import { hasUnknowns } from "../facts/unknown";
import { firstReached } from "../hosts/first-reached";
import { withHostLock } from "../hosts/placement/host-lock";
import { type HostReference, reach } from "../hosts/reach";
import type { ConnectionArgs } from "../hosts/ssh/connection";
import { whileClusterLocked, whileLeaving } from "./cluster-lock";

/** The part of the inputs that names the machine of a resource. */
interface OnHost {
	host?: HostReference;
	name?: unknown;
}

/** The one file of a cluster that follows the founder to another machine: a replacement removes it from the first one. */
const FOUNDERS_FILE = "super-admin.conf";

/**
 * Refuses to move a resource to another machine, as its files would stay on the first one. A machine counts as another
 * one where both its address and its host key differ. Nothing is refused for a new resource, or where a host key is not
 * known.
 * @throws SpecError with the path "host"
 */
export function refuseOtherMachine(old: OnHost | undefined, now: OnHost): void {
	if (now.name === FOUNDERS_FILE || !isOtherMachine(old, now)) return;
	const [was, is] = [traits(old!.host!), traits(now.host!)];
	const message = expected({
		expected: `the machine at ${was.address} (${was.key})`,
		got: `the one at ${is.address} (${is.key}): files and pods on the first machine would stay there`,
		next: "give the resources of another machine names of their own",
	});
	throw new SpecError("host", [{ path: "host", message }]);
}

/**
 * Whether two references lead to two machines: both address and host key differ. False where either is not known.
 */
export function isOtherMachine(old: OnHost | undefined, now: OnHost): boolean {
	const [was, is] = [old, now].map((inputs) => inputs?.host?.connection && traits(inputs.host));
	if (!was?.key || !is?.key || hasUnknowns(is)) return false;
	return was.address !== is.address && was.key !== is.key;
}

function traits({ connection, hostKey }: HostReference): { address: string; key: string | undefined } {
	return { address: connection.host, key: connection.hostKey ?? hostKey };
}

/**
 * Environment variable with what is gone for good, separated by commas: addresses as the connections have them, and names
 * of nodes whose machines have another address in the cluster.
 */
const GONE_HOSTS = "PULUMI_KUBEADM_GONE_HOSTS";

/** A machine that is gone for good, and the node that it was. */
export interface GoneNode {
	/** Name of the node. */
	name: string;
	/** Address of the machine's connection. */
	host: string;
}

/** Addresses and names that the program declares gone, by `gone: true` on a node. */
const declaredGone = new Set<string>();

/**
 * Remembers, for the rest of this process, the nodes that the program declares gone. The deletes of a run come last,
 * and do nothing on these machines.
 */
export function declareGone(nodes: readonly GoneNode[]): void {
	for (const { name, host } of nodes) declaredGone.add(name).add(host);
}

/** The fields of a state that name the machines of a resource. A Kubelet has `host` and `controlPlanes`: `host` counts. */
export interface Whereabouts {
	/** Connection of a `Host` resource itself. */
	connection?: ConnectionArgs;
	/** Machine that the resource is on. */
	host?: HostReference;
	/** Machines through which the API is reached, for a resource in the API. */
	controlPlanes?: HostReference[];
}

/**
 * Returns the machines of a resource, by the first field that exists: the `Host` itself, the machine that the resource is
 * on, or the control planes that it is reached through. Empty for a resource without a machine, such as a
 * CA.
 */
export function machinesOf(state: Whereabouts): HostReference[] {
	const { connection, host, controlPlanes = [] } = state;
	return connection ? [state as HostReference] : host ? [host] : controlPlanes;
}

/**
 * Runs an operation that changes a resource's machine, or the API behind a control plane, while this program holds the lock
 * on that machine. For a control plane, the program also holds the cluster's lock, and so for the parts of one that leaves.
 * Of the control planes of an API, the first that answers is locked. A `Host`, and a resource without a machine, need no lock.
 * @throws HostError where no machine answers
 * @throws WaitError where another program works on the machine for too long
 */
export async function whileLocked<T>(
	state: Whereabouts,
	operation: () => Promise<T>,
	{ leaves = false }: { leaves?: boolean } = {},
): Promise<T> {
	const machines = state.connection ? [] : machinesOf(state);
	const [first] = machines;
	if (!first) return operation();
	const locked = async () => withHostLock(await firstReached(machines, reach), operation);
	if (!state.host) return locked();
	return leaves ? whileLeaving(first, locked) : whileClusterLocked(first, locked);
}

/**
 * Whether the user declared a resource's host, or every control plane that the resource is reached through, gone for
 * good: by `gone: true` on the node, or for one run by the environment variable. False for a resource without a
 * machine. A refresh then leaves the resource as it is, and a delete removes it from the state only.
 *
 * `PULUMI_KUBEADM_GONE_HOSTS=198.18.0.12 pulumi up`
 */
export function isGone(state: Whereabouts): boolean {
	const machines = machinesOf(state);
	return machines.length > 0 && machines.every(({ connection }) => isDeclaredGone(connection.host));
}

/**
 * Whether the program or the environment variable declares a machine gone for good. Takes the address as the connection
 * has it, or the name of the node; the texts must be equal.
 */
export function isDeclaredGone(addressOrName: string): boolean {
	return declaredGone.has(addressOrName) || isListedIn(GONE_HOSTS, addressOrName);
}

/** Whether an environment variable with names, separated by commas, has a name. */
export function isListedIn(variable: string, name: string): boolean {
	return (process.env[variable] ?? "")
		.split(",")
		.map((each) => each.trim())
		.filter(Boolean)
		.includes(name);
}

/**
 * Returns the hint of an error about a machine that does not answer: what to type where the machine is gone for good.
 */
export function ifGone(address: string): string {
	return `where the machine is gone for good: \`gone: true\` on its node in the program, or ${GONE_HOSTS}=${address} pulumi up`;
}
