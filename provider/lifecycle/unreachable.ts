import { HostError } from "../hosts/host-error";
import { type HostReference, reach } from "../hosts/reach";
import { status } from "../hosts/status";
import { ifGone, machinesOf, type Whereabouts } from "./machine-guards";

/** Machines that did not answer in this process, by address, with the look at each. */
const looks = new Map<string, Promise<HostError | undefined>>();

/**
 * Whether a refresh can read a resource: a machine that the resource is on, or is reached through, answers one dial. A
 * machine that does not answer is said once, and is not dialled again for other resources.
 */
export async function canBeRead(state: Whereabouts): Promise<boolean> {
	const machines = machinesOf(state);
	if (machines.length === 0) return true;
	for (const machine of machines) if ((await silenceOf(machine)) === undefined) return true;
	return false;
}

function silenceOf(machine: HostReference): Promise<HostError | undefined> {
	const { host } = machine.connection;
	const look = looks.get(host) ?? dialOnce(machine);
	looks.set(host, look);
	return look;
}

async function dialOnce(machine: HostReference): Promise<HostError | undefined> {
	const { connection } = machine;
	try {
		await reach({ ...machine, connection: { ...connection, dialErrorLimit: 1 } });
	} catch (error) {
		if (!isSilence(error)) return undefined;
		status(
			`warning: ${error.host} does not answer: its resources are not read, and are taken for unchanged: ${error.what}; ${ifGone(connection.host)}`,
		);
		return error;
	}
	return undefined;
}

/** Whether an error says that a machine does not answer. Any other error of a machine, such as a refused login, is one to mend. */
export function isSilence(error: unknown): error is HostError {
	return error instanceof HostError && error.layer === "network" && error.reason === "unreachable";
}
