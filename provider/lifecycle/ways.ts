import { type ConnectionArgs, hostName } from "../hosts/connection";

interface Way {
	connection: ConnectionArgs;
	hostKey?: string;
	proxyHostKey?: string;
}

/** The ways to machines that have changed since this process began, by the old one. */
const ways = new Map<string, Way>();

/** A machine is reached in another way from now on: another address, another user. */
export function changeWay(was: Way, is: Way): void {
	ways.set(nameOf(was), is);
}

/** The way to a machine. What is removed knows it as the state had it, which is before the change. */
export function wayTo(known: Way): Way {
	return ways.get(nameOf(known)) ?? known;
}

/** By its key too: two machines may have exchanged their addresses. */
function nameOf({ connection, hostKey }: Way): string {
	return JSON.stringify([hostName(connection), hostKey]);
}
