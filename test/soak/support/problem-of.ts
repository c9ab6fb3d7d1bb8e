/** The first problem of an operation of Pulumi that failed. */
export function problemOf({ message }: Error): string {
	return /error: (?!update failed|1 error)(.*)/.exec(message)?.[1]?.slice(0, 300) ?? "failed";
}
