import type { Command } from "./host";
import { HostError } from "./host-error";
import { redact } from "./redact";
import { pasteReady, sshTo } from "./shell";
import { type ConnectionArgs, hostName } from "./ssh/connection";

/** Number of lines of output that an error shows. */
const LINES = 15;

/** Longest command that the message shows; a longer one is in the error's `command` alone. */
const LONG = 1000;

/** Facts of a failed command, from which a `CommandError` is made. */
export interface CommandFailure {
	/** Connection arguments of the host. */
	args: ConnectionArgs;
	/** The command that failed. */
	command: Command;
	/** Absent where a signal ended the command. */
	exitCode: number | undefined;
	/** Name of the signal that ended the command, such as `SIGKILL`; absent where it exited. */
	signal: string | undefined;
	/** Seconds after which the command was killed; absent where it ended by itself. */
	timedOutAfter?: number;
	/** End of standard output. The error redacts secrets in it. */
	stdout: string;
	/** End of standard error. The error redacts secrets in it. */
	stderr: string;
}

/** Error of a command with an unexpected exit code, or one that was killed at its limit. Its texts hold no secret. */
export class CommandError extends HostError {
	/** Purpose of the command, for example "start the kubelet". */
	readonly intent: string;
	/** Line that a person types to run the command again. */
	readonly command: string;
	/** Exit code; undefined where a signal ended the command. */
	readonly exitCode: number | undefined;
	/** Name of the signal that ended the command; undefined where it exited. */
	readonly signal: string | undefined;
	/** The last 15 lines of standard output. */
	readonly stdout: string;
	/** The last 15 lines of standard error. */
	readonly stderr: string;

	constructor(failure: CommandFailure) {
		const { args, command, exitCode, signal, timedOutAfter } = failure;
		const secrets = command.stdin === undefined ? [] : [command.stdin.toString()];
		const stdout = lastLines(redact(failure.stdout, secrets));
		const stderr = lastLines(redact(failure.stderr, secrets));
		const shown = (stderr || stdout).replace(/^/gm, "    ");
		const input =
			command.stdin === undefined ? "" : ` (it read ${Buffer.byteLength(command.stdin)} bytes of standard input)`;
		const paste = redact(pasteReady(args, command.script), secrets);
		super({
			host: hostName(args),
			layer: "command",
			reason: timedOutAfter === undefined ? "exit code" : "timeout",
			what: `${command.intent}: ${ending({ exitCode, signal, timedOutAfter })}${input}${shown.trim() ? `\n${shown}` : ", no output"}`,
			next: paste.length > LONG ? sshTo(args) : paste,
		});
		this.name = "CommandError";
		this.intent = command.intent;
		this.command = paste;
		this.exitCode = exitCode;
		this.signal = signal;
		this.stdout = stdout;
		this.stderr = stderr;
	}
}

function ending({
	exitCode,
	signal,
	timedOutAfter,
}: {
	exitCode: number | undefined;
	signal: string | undefined;
	timedOutAfter: number | undefined;
}): string {
	if (timedOutAfter !== undefined) return `killed at its limit of ${timedOutAfter} s`;
	return signal ? `ended by ${signal}` : `exit code ${exitCode}`;
}

function lastLines(text: string): string {
	return text.trimEnd().split("\n").slice(-LINES).join("\n");
}
