/** A difference between a host's files and the configuration. */
export interface Difference {
	/** Path on the host. */
	file: string;
	/** Path in the file: `spec.containers[kube-apiserver].command[--v]`, `mode`, `subject`; empty for the file itself. */
	at: string;
	/** Expected value. Absent where nothing is expected. */
	expected?: unknown;
	/** Found value. Absent where nothing was found. */
	found?: unknown;
}

/** Formats a difference as a line: `~ path: at: expected "1", found "2"`. `-` marks a missing value, `+` an unexpected one. */
export function differenceText({ file, at, expected, found }: Difference): string {
	const sign = found === undefined ? "-" : expected === undefined ? "+" : "~";
	const place = at ? `${file}: ${at}` : file;
	return `${sign} ${place}: expected ${text(expected)}, found ${text(found)}\n`;
}

function text(value: unknown): string {
	return value === undefined ? "nothing" : JSON.stringify(value);
}
