import type { ConnectionArgs } from "../hosts/connection";
import { type ConnectedHost, connect } from "../hosts/ssh";
import { wayTo } from "./ways";

/** How a resource knows its machine. */
export interface HostReference {
	/** As @pulumi/command's `remote.ConnectionArgs`. */
	connection: ConnectionArgs;
	/** The SSH host key that the `Host` resource accepted, where the connection names none. */
	hostKey?: string;
}

/** Connects to the machine, or takes the connection that there is. */
export function reach(reference: HostReference): Promise<ConnectedHost> {
	const { connection, hostKey } = wayTo(reference);
	return connect(connection.hostKey || !hostKey ? connection : { ...connection, hostKey });
}
