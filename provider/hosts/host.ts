import type { Duplex } from "node:stream";

/** A command for a host. It runs as root: through `sudo -n` where the connection's user is another. */
export interface Command {
	/** Purpose of the command, for example "start the kubelet". Errors and status lines begin with it. */
	intent: string;
	/** A POSIX shell script, run by `sh`. Must hold no secret: secrets go through `stdin`. */
	script: string;
	/** Standard input of the script. May be secret: never shown, never on a command line. */
	stdin?: string | Buffer;
	/** Exit codes that are no failure. @default [0] */
	expectedExitCodes?: number[];
	/** Limit in seconds; on expiry the command's process group is killed and the error says so. @default 120 */
	timeoutSeconds?: number;
}

/** Output of a command. */
export interface CommandOutput {
	/** One of the command's `expectedExitCodes`. */
	exitCode: number;
	/** Whole standard output; more than 64 MiB is an error. */
	stdout: string;
	/** The last 64 KiB of standard error. */
	stderr: string;
}

/** Mode and owner of a file: permission bits as octal text, and names, or numbers where the host has no name. */
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
	/** Absolute path. */
	path: string;
	/** Whole content; a string is written as UTF-8. */
	content: string | Buffer;
	/** Mode of parent directories that do not exist yet. @default "0755" */
	directoryMode?: string;
}

/** A file as it was found on a host. */
export interface FileOnHost extends FileMode {
	/** Absolute path. */
	path: string;
	/** Whole content. */
	content: Buffer;
	/** SHA-256 of the content, hexadecimal. */
	digest: string;
}

/**
 * A connected machine. The rest of this package touches a machine only through this interface. Methods throw a `HostError`
 * where the connection fails or the host refuses the operation.
 */
export interface Host {
	/** `user@address:port`, as errors name it. */
	readonly name: string;
	/** Runs a command as root. @throws CommandError for an exit code that is not expected, and at the command's limit */
	run(command: Command): Promise<CommandOutput>;
	/** Reads regular files in one exchange. @returns the files by path; a path that does not exist is absent from the map. @throws HostError for anything else that prevents reading */
	read(paths: readonly string[]): Promise<Map<string, FileOnHost>>;
	/**
	 * Places files in one exchange, each atomically: staged beside its name with owner and mode, its digest checked,
	 * flushed, renamed into place. A file that already has this content, owner and mode is not touched.
	 * @param options.folderRecords folder that gets a record of each directory before the directory is made: a file with
	 * its path, named by the first 32 digits of the path's SHA-256. @default no records
	 * @returns the paths that were written and the directories that were made, parents first.
	 */
	write(
		files: readonly FileToWrite[],
		options?: { folderRecords?: string },
	): Promise<{ written: string[]; madeDirectories: string[] }>;
	/** Removes files (absent is success) and then, deepest first, those of `directories` that are empty. */
	remove(paths: readonly string[], directories?: readonly string[]): Promise<void>;
	/** Formats the line that a person types to run a script on the host as root, with `ssh`. */
	typed(script: string): string;
	/**
	 * Opens a stream from the host to a TCP port.
	 * @throws HostError, with the reason `refused` where no stream is opened: layer `ssh` where sshd forbids forwarding, else
	 * `network`
	 */
	dial(address: string, port: number): Promise<Duplex>;
	/**
	 * Opens a stream to a unix socket of the host, as the connection's user.
	 * @throws HostError, with the reason `refused` where sshd does not open the socket, and `lost` where the connection was lost
	 */
	dialSocket(path: string): Promise<Duplex>;
}
