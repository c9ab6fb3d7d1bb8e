import { HostError } from "../host-error";
import { sshTo } from "../shell";
import { type ConnectionArgs, hostName } from "./connection";
import type { Credentials } from "./credentials";
import { negotiationError } from "./negotiation-error";
import type { ServerOffer } from "./server-offer";

/** Converts an error that another dial cannot mend to a `HostError`. Any other error is returned as it is. */
export function finalError({
	args,
	error,
	login,
	banner,
	offer,
	knownTypes,
}: {
	args: ConnectionArgs;
	error: Error & { level?: string };
	login: Credentials;
	banner: string;
	offer: ServerOffer;
	knownTypes: string[];
}): Error {
	if (error instanceof HostError) return error;
	const host = hostName(args);
	const tooMany = /too many authentication failures/i.test(error.message);
	if (error.level === "client-authentication" || tooMany) {
		const says = banner ? `; the host says: ${banner}` : "";
		const ended = tooMany ? "too many keys were tried, as sshd allows MaxAuthTries (6 by default): " : "";
		return new HostError({
			host,
			layer: "ssh",
			reason: "authentication",
			what: `login refused: ${ended}${login.report()}${says}`,
			next: login.remedy() ?? (tooMany ? TOO_MANY : `${sshTo(args)} -v true`),
			cause: error,
		});
	}
	const noCommon = negotiationError({ args, message: error.message, offer, knownTypes });
	if (noCommon) return noCommon;
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

const TOO_MANY =
	"set privateKeyFile, which is tried before the agent; or load the one key that fits: ssh-add -D && ssh-add KEYFILE";

/** Makes the error for the last failed dial. Does not throw. */
export function unreachable(args: ConnectionArgs, error: unknown, effort: string): HostError {
	const way = args.proxy ? ` through ${hostName(args.proxy)}` : "";
	return new HostError({
		host: hostName(args),
		layer: "network",
		reason: "unreachable",
		what: `not reached${way}: ${dialProblem(error)} (${effort})`,
		next: args.proxy ? `${sshTo(args)} -v true` : `nc -vz ${args.host} ${args.port ?? 22}`,
		cause: error,
	});
}

/** Says why a dial failed, in words. */
export function dialProblem(error: unknown): string {
	if (error instanceof HostError) return error.what;
	const { code, message } = error as NodeJS.ErrnoException;
	return (code && meanings[code]) || message || String(code);
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
