import { HostError } from "../../hosts/host-error";

/** Says that a component does not answer yet, and why. */
export function noAnswerYet(error: unknown): string {
	const reason = shortReason(error);
	return reason.startsWith("no answer") ? reason : `no answer yet (${reason})`;
}

/** Shortens an error to one line, without the host's name and the next command, for the status lines of a wait that tries again. */
export function shortReason(error: unknown): string {
	if (!(error instanceof HostError)) return (error as Error).message.split("\n")[0]!;
	return error.reason === "refused" && error.layer === "network" ? "connection refused" : error.what.split("\n")[0]!;
}
