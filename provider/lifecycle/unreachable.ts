import { HostError } from "../hosts/host-error";
import { type HostReference, reach } from "../hosts/reach";
import { status } from "../hosts/status";
import { ifGone, machinesOf, type Whereabouts } from "./machine-guards";

/** Result of each machine's one dial, by address: the error of a machine that does not answer, else `undefined`. */
const looks = new Map<string, Promise<HostError | undefined>>();

/**
 * Whether a refresh can read a resource: at least one machine that the resource is on, or is reached through, answers.
 * True for a resource without a machine, and for a machine that answers with an error such as a refused login. Each
 * machine is dialled once per process, and a silent one causes one warning.
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

/**
 * Whether an error means that a machine does not answer at all. False for any other error of a machine, such as a
 * refused login.
 */
export function isSilence(error: unknown): error is HostError {
	return error instanceof HostError && error.layer === "network" && error.reason === "unreachable";
}
