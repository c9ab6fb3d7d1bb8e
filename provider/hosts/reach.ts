import { type ConnectionArgs, hostName } from "./ssh/connection";
import { type ConnectedHost, connect } from "./ssh/ssh";

/** A resource's reference to its machine. */
export interface HostReference {
	/** Connection arguments, as in @pulumi/command's `remote.ConnectionArgs`. */
	connection: ConnectionArgs;
	/** SSH host key that the `Host` resource accepted, `ssh-ed25519 AAAA…`. Used where neither the connection nor known_hosts has a key. @default none */
	hostKey?: string;
	/** SSH host key that the `Host` resource accepted of the connection's bastion. Used where neither the bastion's arguments nor known_hosts has a key. @default none */
	proxyHostKey?: string;
}

/** Connects to a machine, or reuses its connection. A host key in the connection arguments or in known_hosts has precedence over the accepted one. @throws Error for wrong arguments; HostError where the connection fails */
export function reach(reference: HostReference): Promise<ConnectedHost> {
	const { connection, hostKey: storedHostKey, proxyHostKey: storedProxyHostKey } = currentConnection(reference);
	return connect(connection, { storedHostKey, storedProxyHostKey });
}

/** Connections that changed since this process began, by the machine as the state had it. */
const movedMachines = new Map<string, HostReference>();

/** Records that a machine's connection changed during this run, for example to another address or user. Later deletes have the old connection in their state. */
export function recordMove(was: HostReference, is: HostReference): void {
	movedMachines.set(machineKey(was), is);
}

/** Returns the newest recorded connection of a machine; `known` itself where the connection did not change during this run. */
export function currentConnection(known: HostReference): HostReference {
	return movedMachines.get(machineKey(known)) ?? known;
}

/** The key is part of it: two machines may have exchanged their addresses. */
function machineKey({ connection, hostKey }: HostReference): string {
	return JSON.stringify([hostName(connection), hostKey]);
}
