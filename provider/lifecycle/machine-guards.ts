import { SpecError } from "../config/problems";
import { hasUnknowns } from "../facts/unknown";
import type { HostReference } from "../hosts/reach";
import type { ConnectionArgs } from "../hosts/ssh/connection";

/** What a program says, or said, of the machine that a resource is on. */
interface OnHost {
	host?: HostReference;
}

/**
 * Refuses to go on with a resource on another machine: what it placed would be left on the first one. A machine that moved
 * still shows its key, and one whose key was made anew is still at its address.
 * @throws SpecError
 */
export function refuseOtherMachine(old: OnHost | undefined, now: OnHost): void {
	const [was, is] = [old, now].map((inputs) => inputs?.host?.connection && traits(inputs.host));
	if (!was?.key || !is?.key || hasUnknowns(is) || was.address === is.address || was.key === is.key) return;
	const message = `expected the machine at ${was.address} (${was.key}), got the one at ${is.address} (${is.key}): what was placed on the first would stay there; give what is on another machine a name of its own`;
	throw new SpecError("host", [{ path: "host", message }]);
}

function traits({ connection, hostKey }: HostReference): { address: string; key: string | undefined } {
	return { address: connection.host, key: connection.hostKey ?? hostKey };
}

/** Environment variable with the addresses of hosts that are gone for good, with commas between them. */
const GONE_HOSTS = "PULUMI_KUBEADM_GONE_HOSTS";

/** What a state says of the machines that its resource is on, or is reached through. */
interface Whereabouts {
	/** Of a machine itself. */
	connection?: ConnectionArgs;
	host?: HostReference;
	controlPlanes?: HostReference[];
}

/**
 * Whether the user said that a resource's host (or each control plane that leads to it) is gone for good: a refresh
 * leaves it as it is, and it is removed from the state only. It is said when the removal is run and not in the program, as a removal acts on what the
 * program no longer says.
 *
 * `PULUMI_KUBEADM_GONE_HOSTS=198.18.0.12 pulumi up`
 */
export function isGone({ connection, host, controlPlanes = [] }: Whereabouts): boolean {
	const gone = (process.env[GONE_HOSTS] ?? "").split(",").map((address) => address.trim());
	const machines = connection ? [{ connection }] : host ? [host] : controlPlanes;
	return machines.length > 0 && machines.every((machine) => gone.includes(machine.connection.host));
}
