import type { ConnectionArgs } from "../hosts/connection";
import { type ConnectedHost, connect } from "../hosts/ssh";
import { wayTo } from "./ways";

/** How a resource knows its machine. */
export interface HostReference {
	/** As @pulumi/command's `remote.ConnectionArgs`. */
	connection: ConnectionArgs;
	/** The SSH host key that the `Host` resource accepted, where the connection names none. */
	hostKey?: string;
	/** That of the connection's bastion, likewise. */
	proxyHostKey?: string;
}

/** Connects to the machine, or takes the connection that there is. */
export function reach(reference: HostReference): Promise<ConnectedHost> {
	const { connection, hostKey, proxyHostKey } = wayTo(reference);
	const { proxy } = connection;
	return connect({
		...connection,
		...(connection.hostKey || !hostKey ? {} : { hostKey }),
		...(!proxy || proxy.hostKey || !proxyHostKey ? {} : { proxy: { ...proxy, hostKey: proxyHostKey } }),
	});
}
