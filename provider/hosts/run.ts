import { sentence } from "../config/expected";
import { CommandError } from "./command-error";
import type { Command } from "./host";
import { HostError } from "./host-error";
import { redact } from "./redact";
import { commandLine, pasteReady, STARTED, sshTo } from "./shell";
import { type Ending, execute } from "./ssh/execute";
import type { PooledConnection } from "./ssh/pooled-connection";

/** Output of a command, as bytes. */
export interface RawOutput {
	/** One of the command's `expectedExitCodes`. */
	exitCode: number;
	/** Whole standard output. */
	stdout: Buffer;
	/** The last 64 KiB of standard error. */
	stderr: string;
}

/** Limit of a command's standard output, in bytes. */
const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** Seconds that the connection may take beside the command's own limit. */
const GRACE_SECONDS = 15;

/** Exit codes of `timeout` at its limit: GNU's own, after SIGKILL, and busybox's. */
const killedCodes = [124, 137, 143];

/**
 * Runs a command as root.
 * @throws CommandError for an unexpected exit code, and at the command's limit
 * @throws HostError where the command could not be started, wrote more than 64 MiB, or lost its connection
 */
export async function run(connection: PooledConnection, command: Command): Promise<RawOutput> {
	const { script, stdin = "", timeoutSeconds = 120, expectedExitCodes = [0] } = command;
	const { args } = connection;
	const { line, ahead } = commandLine({ script, user: args.user ?? "root", timeoutSeconds });
	const ending = await execute(connection, {
		line,
		stdin: Buffer.concat([ahead, Buffer.from(stdin as string)]),
		giveUpSeconds: timeoutSeconds + GRACE_SECONDS,
		outputLimit: OUTPUT_LIMIT,
	});
	const begin = ending.stdout.indexOf(`${STARTED}\n`);
	if (begin < 0) throw notStarted(connection, command, ending);
	const stdout = ending.stdout.subarray(begin + STARTED.length + 1);
	const stderr = ending.stderr.toString();
	const { exitCode, signal } = ending;
	const expired =
		ending.seconds >= timeoutSeconds &&
		(killedCodes.includes(exitCode ?? 0) || signal === "SIGKILL" || signal === "SIGTERM");
	if (expired || exitCode === undefined || !expectedExitCodes.includes(exitCode)) {
		const tail = stdout.subarray(-64 * 1024).toString();
		throw new CommandError({
			args,
			command,
			exitCode,
			signal,
			stdout: tail,
			stderr,
			...(expired ? { timedOutAfter: timeoutSeconds } : {}),
		});
	}
	return { exitCode, stdout, stderr };
}

function notStarted(
	connection: PooledConnection,
	command: Command,
	{ stdout, stderr, exitCode, signal }: Ending,
): HostError {
	const output = redact(`${stderr}\n${stdout}`.trim()).split("\n").slice(-5).join("\n    ");
	const host = connection.name;
	const user = connection.args.user ?? "root";
	const sudo = sudoProblems.find(([pattern]) => user !== "root" && pattern.test(output))?.[1];
	if (sudo) {
		return new HostError({
			host,
			layer: "sudo",
			reason: "no sudo",
			what: `${command.intent}: ${sudo(user)}\n    ${output}`,
			next: `${sshTo(connection.args)} -t 'sudo -k; sudo -n true; sudo -l'`,
		});
	}
	const shell = sentence({
		at: command.intent,
		expected: `${user}'s login shell to start \`timeout\` and \`sh\``,
		got: signal ? `ended by ${signal}` : `exit code ${exitCode}`,
	});
	return new HostError({
		host,
		layer: "shell",
		reason: "no shell",
		what: output ? `${shell}\n    ${output}` : shell,
		next: pasteReady(connection.args, "true"),
	});
}

const sudoProblems: [RegExp, (user: string) => string][] = [
	[
		/must have a tty/,
		(user) =>
			`sudo demands a terminal (requiretty in sudoers), and commands run without one; add the line \`Defaults:${user} !requiretty\` to sudoers`,
	],
	[
		/a password is required|a terminal is required/,
		(user) => `user ${user} needs a password for sudo; add a rule such as \`${user} ALL=(ALL) NOPASSWD: ALL\``,
	],
	[
		/not in the sudoers file|may not run sudo|not allowed to (execute|run)/,
		(user) => `user ${user} may not use sudo; add a rule such as \`${user} ALL=(ALL) NOPASSWD: ALL\``,
	],
	[
		/sudo: (command )?not found|unknown command:? '?sudo|sudo: not found|can't find .*sudo/i,
		(user) => `sudo is not installed; install it for user ${user}, or set user: "root"`,
	],
	[/^\s*sudo: /m, () => "sudo failed"],
];
