import type { ProxyConnectionArgs } from "../../config/connection";

export type { ConnectionArgs, ProxyConnectionArgs } from "../../config/connection";

/** `user@address:port`, the name of a host in errors. */
export function hostName(args: ProxyConnectionArgs): string {
	return `${args.user ?? "root"}@${args.host.includes(":") ? `[${args.host}]` : args.host}:${args.port ?? 22}`;
}
