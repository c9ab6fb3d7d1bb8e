import type { ProxyConnectionArgs } from "../../config/connection";

export type { ConnectionArgs, ProxyConnectionArgs } from "../../config/connection";

/** Name of a host in errors: `user@address:port`. */
export function hostName(args: ProxyConnectionArgs): string {
	return `${args.user ?? "root"}@${args.host.includes(":") ? `[${args.host}]` : args.host}:${args.port ?? 22}`;
}
