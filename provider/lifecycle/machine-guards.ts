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

/** Environment variable with the addresses of hosts that are gone for good, separated by commas. */
const GONE_HOSTS = "PULUMI_KUBEADM_GONE_HOSTS";

/** The part of a state that names the machines that a resource is on, or is reached through. */
interface Whereabouts {
	/** Connection of a `Host` resource. */
	connection?: ConnectionArgs;
	host?: HostReference;
	controlPlanes?: HostReference[];
}

/**
 * Whether the user declared a resource's host (or each control plane that leads to it) gone for good. A refresh then
 * leaves the resource as it is, and a delete removes the resource from the state only. The user declares this for one
 * run and not in the program, because a delete concerns what the program no longer declares.
 *
 * `PULUMI_KUBEADM_GONE_HOSTS=198.18.0.12 pulumi up`
 */
export function isGone({ connection, host, controlPlanes = [] }: Whereabouts): boolean {
	const gone = (process.env[GONE_HOSTS] ?? "").split(",").map((address) => address.trim());
	const machines = connection ? [{ connection }] : host ? [host] : controlPlanes;
	return machines.length > 0 && machines.every((machine) => gone.includes(machine.connection.host));
}
