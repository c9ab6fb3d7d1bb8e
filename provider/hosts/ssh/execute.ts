import type { ClientChannel } from "ssh2";
import { expected } from "../../config/expected";
import { HostError } from "../host-error";
import { sshTo } from "../shell";
import type { PooledConnection } from "./pooled-connection";

/** A command, as the login shell reads it. */
export interface Execution {
	/** Command line for the login shell. */
	line: string;
	/** Whole standard input. */
	stdin: Buffer;
	/** Seconds after which the host is given up. The command's own limit has passed by then. */
	giveUpSeconds: number;
	/** Maximum of standard output, in bytes. A command with more output fails. */
	outputLimit: number;
}

/** Outcome of a command. */
export interface Ending {
	/** Exit code. Absent where a signal ended the command. */
	exitCode: number | undefined;
	signal: string | undefined;
	stdout: Buffer;
	/** Standard error, at most the last 64 KiB. */
	stderr: Buffer;
	/** Seconds since the command was requested: at least as long as the host itself measured. */
	seconds: number;
}

const STDERR_BYTES = 64 * 1024;

/**
 * Silence after the exit that ends a command, in milliseconds. Without this limit, a background process that keeps the
 * output open would block the caller.
 */
const QUIET_MILLISECONDS = 2000;

/**
 * Runs a command line on a channel of its own until the command has ended and all its output has arrived.
 * @throws HostError for a timeout, too much output or a lost connection
 */
export function execute(connection: PooledConnection, execution: Execution): Promise<Ending> {
	return connection.session(execution.line, (channel, askedAt) =>
		collect(connection, { channel, asked: askedAt }, execution),
	);
}

function collect(
	connection: PooledConnection,
	{ channel, asked: askedAt }: { channel: ClientChannel; asked: number },
	{ stdin, giveUpSeconds, outputLimit }: Execution,
): Promise<Ending> {
	const stdout: Buffer[] = [];
	let stderr = Buffer.alloc(0);
	let size = 0;
	let exit: { exitCode: number | undefined; signal: string | undefined } | undefined;
	let failure: HostError | undefined;
	let quiet: NodeJS.Timeout | undefined;
	const fail = (reason: "output" | "timeout", what: string) => {
		failure = new HostError({
			host: connection.name,
			layer: reason === "output" ? "command" : "ssh",
			reason,
			what,
			next: `${sshTo(connection.args)} true`,
		});
		channel.close();
	};
	const untilQuiet = () => {
		clearTimeout(quiet);
		if (exit) quiet = setTimeout(() => channel.close(), QUIET_MILLISECONDS);
	};
	const deadline = setTimeout(() => fail("timeout", `no answer in ${giveUpSeconds} s`), giveUpSeconds * 1000);
	return new Promise((resolve, reject) => {
		channel.on("data", (chunk: Buffer) => {
			size += chunk.length;
			if (size <= outputLimit) stdout.push(chunk);
			else if (!failure) fail("output", expected({ expected: `at most ${outputLimit} bytes of output`, got: "more" }));
			untilQuiet();
		});
		channel.stderr.on("data", (chunk: Buffer) => {
			stderr = Buffer.concat([stderr, chunk]).subarray(-STDERR_BYTES);
			untilQuiet();
		});
		channel.once("exit", (code: number | null, signal?: string) => {
			exit = { exitCode: code ?? undefined, signal };
			untilQuiet();
		});
		channel.once("close", () => {
			clearTimeout(deadline);
			clearTimeout(quiet);
			if (failure) reject(failure);
			else if (exit)
				resolve({ ...exit, stdout: Buffer.concat(stdout), stderr, seconds: (performance.now() - askedAt) / 1000 });
			else reject(lost(connection));
		});
		// A command may end without reading its standard input. Only the exit counts.
		channel.on("error", () => {});
		channel.end(stdin);
	});
}

function lost(connection: PooledConnection): HostError {
	const what = "the connection was lost while a command ran; whether the command finished is not known";
	return new HostError({
		host: connection.name,
		layer: "ssh",
		reason: "lost",
		what,
		next: `${sshTo(connection.args)} true`,
	});
}
