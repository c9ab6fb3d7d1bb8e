import type { Host } from "../host";

/** End of the last change of each host in this process, by the host's name. */
const ends = new Map<string, Promise<unknown>>();

/**
 * Runs a change of what already runs on a host once the changes before it have ended, well or not. Each change then
 * meets components that serve: a kubelet, etcd and an API server that restart together would keep each other from
 * stopping and starting.
 */
export function inTurn<T>(host: Host, change: () => Promise<T>): Promise<T> {
	const turn = (ends.get(host.name) ?? Promise.resolve()).then(change, change);
	ends.set(host.name, turn);
	return turn;
}
