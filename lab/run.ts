import { spawn } from "node:child_process";

/** Result of a command. */
export interface ExecResult {
	exitCode: number;
	stdout: string;
	stderr: string;
}

/** Options of `run`. */
export interface RunOptions {
	/** Written to standard input. @default empty */
	input?: string | Buffer;
	/** Milliseconds after which the command is killed. @default 120000 */
	timeout?: number;
	/** Environment variables. @default those of this process */
	env?: NodeJS.ProcessEnv;
	/** Fails when the exit code is not 0. @default true */
	check?: boolean;
	/** Called with each piece of output. */
	onOutput?: (text: string) => void;
}

/** Runs a command, given as a list of words, and collects its output. Throws when it cannot be started, times out or (with `check`) fails. */
export async function run(command: string[], options: RunOptions = {}): Promise<ExecResult> {
	const { input = "", timeout = 120_000, env, check = true, onOutput } = options;
	const [file = "", ...args] = command;
	const child = spawn(file, args, { stdio: "pipe", ...(env && { env }) });
	const output = { stdout: "", stderr: "" };
	for (const name of ["stdout", "stderr"] as const)
		child[name].setEncoding("utf8").on("data", (text: string) => {
			output[name] += text;
			onOutput?.(text);
		});
	child.stdin.on("error", () => {}); // a command that ends without reading its input reports that by its exit code
	child.stdin.end(input);
	const exitCode = await new Promise<number>((resolve, reject) => {
		const timer = setTimeout(() => {
			child.kill("SIGKILL");
			reject(new Error(`${file}: not finished after ${timeout / 1000} s: ${command.join(" ")}${lastLines(output)}`));
		}, timeout);
		child.once("error", (cause) => {
			clearTimeout(timer);
			reject(new Error(`${file}: could not be started: ${cause.message}`, { cause }));
		});
		child.once("close", (code, signal) => {
			clearTimeout(timer);
			resolve(code ?? 128 + (signal === "SIGKILL" ? 9 : 15));
		});
	});
	if (check && exitCode !== 0)
		throw new Error(`${file}: exit code ${exitCode}, expected 0: ${command.join(" ")}${lastLines(output)}`);
	return { exitCode, ...output };
}

function lastLines({ stdout, stderr }: { stdout: string; stderr: string }): string {
	const lines = (stderr.trim() || stdout.trim()).split("\n").slice(-10);
	return lines[0] ? `\n  ${lines.join("\n  ")}` : "";
}
