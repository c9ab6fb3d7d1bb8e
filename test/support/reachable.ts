import type { HostReference } from "../../provider/hosts/reach";
import type { MemoryHost } from "./memory-host";

/** Hosts that a test can reach, by address: stands in for provider/hosts/reach. */
export const hosts = new Map<string, MemoryHost>();

/** As `reach`: an address that no host has is an error. */
export async function reach({ connection }: HostReference): Promise<MemoryHost> {
	const host = hosts.get(connection.host);
	if (!host) throw new Error(`root@${connection.host}:22: network: no route to host`);
	return host;
}

/** These hosts keep their address. */
export function recordMove(): void {}

/** So the connection of the state is the current one. */
export function currentConnection(known: HostReference): HostReference {
	return known;
}
