import { type ConnectionArgs, hostName } from "./ssh/connection";
import { type ConnectedHost, connect } from "./ssh/ssh";

/** A resource's reference to its machine. */
export interface HostReference {
	/** Connection arguments, as in @pulumi/command's `remote.ConnectionArgs`. */
	connection: ConnectionArgs;
	/** The SSH host key that the `Host` resource accepted, where the connection names none. */
	hostKey?: string;
	/** The accepted SSH host key of the connection's bastion. */
	proxyHostKey?: string;
}

/** Connects to the machine, or reuses its connection. */
export function reach(reference: HostReference): Promise<ConnectedHost> {
	const { connection, hostKey, proxyHostKey } = currentConnection(reference);
	const { proxy } = connection;
	return connect({
		...connection,
		...(connection.hostKey || !hostKey ? {} : { hostKey }),
		...(!proxy || proxy.hostKey || !proxyHostKey ? {} : { proxy: { ...proxy, hostKey: proxyHostKey } }),
	});
}

/** Connections that changed since this process began, by the machine as the state had it. */
const movedMachines = new Map<string, HostReference>();

/** Records that a machine's connection changed during this run: another address, another user. Deletes still hold the old one. */
export function recordMove(was: HostReference, is: HostReference): void {
	movedMachines.set(machineKey(was), is);
}

/** How the machine is reached now, which differs from what a state says after its connection changed in the same run. */
export function currentConnection(known: HostReference): HostReference {
	return movedMachines.get(machineKey(known)) ?? known;
}

/** The key is part of it: two machines may have exchanged their addresses. */
function machineKey({ connection, hostKey }: HostReference): string {
	return JSON.stringify([hostName(connection), hostKey]);
}
