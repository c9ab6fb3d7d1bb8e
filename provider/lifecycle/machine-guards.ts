import { expected } from "../config/expected";
import { SpecError } from "../config/problems";
import { hasUnknowns } from "../facts/unknown";
import type { HostReference } from "../hosts/reach";
import type { ConnectionArgs } from "../hosts/ssh/connection";

/** The part of the inputs that names the machine of a resource. */
interface OnHost {
	host?: HostReference;
}

/**
 * Refuses to move a resource to another machine, as its files would stay on the first one. A machine with a new address
 * still shows its host key, and a machine with a new host key is still at its address.
 * @throws SpecError
 */
export function refuseOtherMachine(old: OnHost | undefined, now: OnHost): void {
	const [was, is] = [old, now].map((inputs) => inputs?.host?.connection && traits(inputs.host));
	if (!was?.key || !is?.key || hasUnknowns(is) || was.address === is.address || was.key === is.key) return;
	const message = expected({
		expected: `the machine at ${was.address} (${was.key})`,
		got: `the one at ${is.address} (${is.key}): files and pods on the first machine would stay there`,
		next: "give the resources of another machine names of their own",
	});
	throw new SpecError("host", [{ path: "host", message }]);
}

function traits({ connection, hostKey }: HostReference): { address: string; key: string | undefined } {
	return { address: connection.host, key: connection.hostKey ?? hostKey };
}

/** Environment variable with the addresses of hosts, or the names of nodes, that are gone for good, separated by commas. */
export const GONE_HOSTS = "PULUMI_KUBEADM_GONE_HOSTS";

/** A machine that is gone for good, and the node that it was. */
export interface GoneNode {
	name: string;
	/** Address of the machine's connection. */
	host: string;
}

/** Addresses and names that the program declares gone, by `gone: true` on a node. */
const declaredGone = new Set<string>();

/** Remembers what the program declares gone. The deletes of this run, which come last, then leave those machines alone. */
export function declareGone(nodes: readonly GoneNode[]): void {
	for (const { name, host } of nodes) declaredGone.add(name).add(host);
}

/** The part of a state that names the machines that a resource is on, or is reached through. */
export interface Whereabouts {
	/** Connection of a `Host` resource. */
	connection?: ConnectionArgs;
	host?: HostReference;
	controlPlanes?: HostReference[];
}

/** The machines that a resource is on, or is reached through. */
export function machinesOf(state: Whereabouts): HostReference[] {
	const { connection, host, controlPlanes = [] } = state;
	return connection ? [state as HostReference] : host ? [host] : controlPlanes;
}

/**
 * Whether the user declared a resource's host (or each control plane that leads to it) gone for good: by `gone: true` on
 * the node, or for one run by the variable. A refresh then leaves the resource as it is, and a delete removes the
 * resource from the state only.
 *
 * `PULUMI_KUBEADM_GONE_HOSTS=198.18.0.12 pulumi up`
 */
export function isGone(state: Whereabouts): boolean {
	const machines = machinesOf(state);
	return machines.length > 0 && machines.every(({ connection }) => isDeclaredGone(connection.host));
}

/** Whether the user declared the machine of a host's address or of a node's name gone for good. */
export function isDeclaredGone(addressOrName: string): boolean {
	const named = (process.env[GONE_HOSTS] ?? "").split(",").map((each) => each.trim());
	return declaredGone.has(addressOrName) || named.includes(addressOrName);
}

/** What to type about a machine that does not answer and will not come back. */
export function ifGone(address: string): string {
	return `where the machine is gone for good: \`gone: true\` on its node in the program, or ${GONE_HOSTS}=${address} pulumi up`;
}
