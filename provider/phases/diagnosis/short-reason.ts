import { HostError } from "../../hosts/host-error";

/** Reason of a failed attempt in a few words, for status lines of a wait that tries again. */
export function shortReason(error: unknown): string {
	if (!(error instanceof HostError)) return (error as Error).message.split("\n")[0]!;
	return error.reason === "refused" && error.layer === "network" ? "connection refused" : error.what.split("\n")[0]!;
}
