import { HostError } from "../host-error";
import { sshTo } from "../shell";
import { type ConnectionArgs, hostName } from "./connection";

/** Converts an error that another dial cannot mend to a `HostError`. Any other error is returned as it is. */
export function finalError({
	args,
	error,
	report,
	banner,
}: {
	args: ConnectionArgs;
	error: Error & { level?: string };
	report: string;
	banner: string;
}): Error {
	if (error instanceof HostError) return error;
	const host = hostName(args);
	if (error.level === "client-authentication" || /too many authentication failures/i.test(error.message)) {
		const says = banner ? `; the host says: ${banner}` : "";
		return new HostError({
			host,
			layer: "ssh",
			reason: "authentication",
			what: `login refused: ${report}${says}`,
			next: `${sshTo(args)} -v true`,
			cause: error,
		});
	}
	if (/no matching (server )?host key/i.test(error.message)) {
		const what =
			"host key changed: the host has no key of a type that is known for it, so it may have been installed anew";
		return new HostError({
			host,
			layer: "ssh",
			reason: "host key changed",
			what,
			next: `ssh-keyscan -p ${args.port ?? 22} ${args.host}`,
			cause: error,
		});
	}
	if (error.level === "handshake") {
		return new HostError({
			host,
			layer: "ssh",
			reason: "negotiation",
			what: error.message,
			next: `${sshTo(args)} -v true`,
			cause: error,
		});
	}
	return error;
}

/** Makes the error for the last failed dial. Does not throw. */
export function unreachable(args: ConnectionArgs, error: unknown, effort: string): HostError {
	const { code, message } = error as NodeJS.ErrnoException;
	const meaning = error instanceof HostError ? error.what : (code && meanings[code]) || message || code;
	const way = args.proxy ? ` through ${hostName(args.proxy)}` : "";
	return new HostError({
		host: hostName(args),
		layer: "network",
		reason: "unreachable",
		what: `not reached${way}: ${meaning} (${effort})`,
		next: args.proxy ? `${sshTo(args)} -v true` : `nc -vz ${args.host} ${args.port ?? 22}`,
		cause: error,
	});
}

const meanings: Record<string, string> = {
	ECONNREFUSED: "connection refused: nothing listens there, or a firewall rejects it",
	EHOSTUNREACH: "no route to the host",
	ENETUNREACH: "no route to its network",
	ENOTFOUND: "no such name in DNS",
	EAI_AGAIN: "DNS does not answer",
	ETIMEDOUT: "no answer: the host is off, or a firewall drops it",
	ECONNRESET: "the connection was reset",
};
