import type { Duplex } from "node:stream";

/** A command for a host. It runs as root: through `sudo -n` where the connection's user is another. */
export interface Command {
	/** What it is for, as the end of a sentence: "start the kubelet". Errors and status lines begin with it. */
	intent: string;
	/** A POSIX shell script, run by `sh`. It must hold no secret: those go through `stdin`. */
	script: string;
	/** What it reads on standard input. May be secret: never shown, never on a command line. */
	stdin?: string | Buffer;
	/** Exit codes that are answers and not failures. @default [0] */
	expectedExitCodes?: number[];
	/** Limit in seconds; on expiry the command's process group is killed and the error says so. @default 120 */
	timeoutSeconds?: number;
}

/** What a command answered. */
export interface CommandOutput {
	exitCode: number;
	stdout: string;
	stderr: string;
}

/** Who may do what with a file: permission bits in octal text, and names (or numbers where the host has no name for them). */
export interface FileMode {
	/** For example "0600". */
	mode: string;
	/** For example "root". */
	owner: string;
	/** For example "root". */
	group: string;
}

/** A file to be placed on a host. Missing parent directories are made with `directoryMode`, as root. */
export interface FileToWrite extends FileMode {
	path: string;
	content: string | Buffer;
	/** Mode of parent directories that do not exist yet. @default "0755" */
	directoryMode?: string;
}

/** A file as it was found on a host. */
export interface FileOnHost extends FileMode {
	path: string;
	content: Buffer;
	/** SHA-256 of the content, hexadecimal. */
	digest: string;
}

/** A machine that can be reached: the only way by which anything else in this package touches one. */
export interface Host {
	/** `user@address:port`, as errors name it. */
	readonly name: string;
	/** Runs a command; throws a `CommandError` for an exit code that is not expected. */
	run(command: Command): Promise<CommandOutput>;
	/** Reads files in one exchange. A path that does not exist is absent from the map; anything else that prevents reading is an error. */
	read(paths: readonly string[]): Promise<Map<string, FileOnHost>>;
	/**
	 * Places files in one exchange, each atomically: staged beside its name with owner and mode, its digest checked,
	 * flushed, renamed into place. A file that already has this content, owner and mode is not touched.
	 * @returns the paths that were written and the directories that were made, parents first.
	 */
	write(files: readonly FileToWrite[]): Promise<{ written: string[]; madeDirectories: string[] }>;
	/** Removes files (absent is success) and then, deepest first, those of `directories` that are empty. */
	remove(paths: readonly string[], directories?: readonly string[]): Promise<void>;
	/** What a person types to run a script there as root. */
	typed(script: string): string;
	/** A stream to a TCP port as seen from the host. */
	dial(address: string, port: number): Promise<Duplex>;
	/** A stream to a unix socket of the host that the connection's user may open. */
	dialSocket(path: string): Promise<Duplex>;
}
