import { HostError } from "../../hosts/host-error";

/** What a look that failed showed, in a few words: it is seen again and again while something comes up. */
export function sight(error: unknown): string {
	if (!(error instanceof HostError)) return (error as Error).message.split("\n")[0]!;
	return error.reason === "refused" && error.layer === "network" ? "connection refused" : error.what.split("\n")[0]!;
}
