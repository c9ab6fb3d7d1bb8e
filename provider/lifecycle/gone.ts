import type { ConnectionArgs } from "../hosts/connection";
import type { HostReference } from "./reach";

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
