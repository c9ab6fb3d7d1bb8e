import { HostError, type HostErrorReason } from "../hosts/host-error";
import { currentConnection, type HostReference, reach } from "../hosts/reach";
import { hostName } from "../hosts/ssh/connection";
import { credentialsDigest } from "../hosts/ssh/credentials";
import { status } from "../hosts/status";
import { ifGone, machinesOf, type Whereabouts } from "./machine-guards";

/** Result of each machine's one dial, by connection: the error of a machine that cannot be asked, else `undefined`. */
const looks = new Map<string, Promise<HostError | undefined>>();

/**
 * Returns the error of a resource's machine that a refresh cannot ask: it does not answer, or the connection of the state
 * no longer leads into it. `undefined` where at least one machine that the resource is on, or is reached through, can be
 * asked, and for a resource without a machine. Each connection is dialled once per process, and causes one warning.
 */
export async function whyNotRead(state: Whereabouts): Promise<HostError | undefined> {
	let problem: HostError | undefined;
	for (const machine of machinesOf(state)) {
		problem = await problemOf(machine);
		if (problem === undefined) return undefined;
	}
	return problem;
}

function problemOf(known: HostReference): Promise<HostError | undefined> {
	const machine = currentConnection(known);
	const { connection } = machine;
	const key = JSON.stringify([hostName(connection), credentialsDigest(connection), connection.hostKey]);
	const look = looks.get(key) ?? dialOnce(machine);
	looks.set(key, look);
	return look;
}

async function dialOnce(machine: HostReference): Promise<HostError | undefined> {
	const { connection } = machine;
	try {
		await reach({ ...machine, connection: { ...connection, dialErrorLimit: 1 } });
	} catch (error) {
		if (isSilence(error))
			status(
				`warning: ${error.host} does not answer: its resources are not read, and are taken for unchanged: ${error.what}; ${ifGone(connection.host)}`,
			);
		else if (isClosedWay(error))
			status(
				`warning: ${error.host} does not let this program in by the connection of the state: its resources are not read: ${error.what}\n  ${NEW_WAY}`,
			);
		else return undefined;
		return error;
	}
	return undefined;
}

/** Hint of an error about a connection that no longer leads into its machine. */
export const NEW_WAY = "put the connection that works into the program, then: pulumi up";

/** Whether an error means that a machine answers, but the connection no longer leads into it: its key, port or login changed. */
export function isClosedWay(error: unknown): error is HostError {
	return error instanceof HostError && error.layer === "ssh" && closedWays.includes(error.reason);
}

const closedWays: readonly HostErrorReason[] = [
	"authentication",
	"credentials",
	"host key changed",
	"host key unknown",
	"negotiation",
];

/**
 * Whether an error means that a machine does not answer at all. False for any other error of a machine, such as a
 * refused login.
 */
export function isSilence(error: unknown): error is HostError {
	return error instanceof HostError && error.layer === "network" && error.reason === "unreachable";
}
