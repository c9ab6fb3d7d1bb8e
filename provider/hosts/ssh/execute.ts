import type { ClientChannel } from "ssh2";
import { HostError } from "../host-error";
import { sshTo } from "../shell";
import type { PooledConnection } from "./pooled-connection";

/** What to run, as the login shell reads it. */
export interface Execution {
	line: string;
	stdin: Buffer;
	/** Seconds after which the host is given up: its own limit has passed by then. */
	giveUpSeconds: number;
	/** Bytes of standard output beyond which the command has failed. */
	outputLimit: number;
}

/** What came of it. */
export interface Ending {
	/** Absent if a signal ended it. */
	exitCode: number | undefined;
	signal: string | undefined;
	stdout: Buffer;
	/** Its last 64 KiB. */
	stderr: Buffer;
	/** Since it was asked for: at least as long as the host itself measured. */
	seconds: number;
}

const STDERR_BYTES = 64 * 1024;

/** A background process that keeps the output open must not keep us: quiet for this long after the exit is the end. */
const QUIET_MILLISECONDS = 2000;

/** Runs a line on a channel of its own until it has ended and all its output is there. */
export function execute(connection: PooledConnection, execution: Execution): Promise<Ending> {
	return connection.session(execution.line, (channel, asked) => collect(connection, { channel, asked }, execution));
}

function collect(
	connection: PooledConnection,
	{ channel, asked }: { channel: ClientChannel; asked: number },
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
			else if (!failure) fail("output", `expected at most ${outputLimit} bytes of output, got more`);
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
				resolve({ ...exit, stdout: Buffer.concat(stdout), stderr, seconds: (performance.now() - asked) / 1000 });
			else reject(lost(connection));
		});
		// What a command does not read it need not read: how it ended is what counts.
		channel.on("error", () => {});
		channel.end(stdin);
	});
}

function lost(connection: PooledConnection): HostError {
	const what = "the connection was lost while a command ran: whether it was carried out is not known";
	return new HostError({
		host: connection.name,
		layer: "ssh",
		reason: "lost",
		what,
		next: `${sshTo(connection.args)} true`,
	});
}
