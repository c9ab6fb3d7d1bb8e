import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export const program = join(import.meta.dirname, "../../dist/cli/main.js");

export interface Ended {
	exitCode: number | null;
	stdout: string;
	stderr: string;
}

/** Runs the compiled command line as a user would. */
export async function cli(args: readonly string[], options: { stdin?: string; cwd?: string } = {}): Promise<Ended> {
	const child = spawn(process.execPath, [program, ...args], { cwd: options.cwd, timeout: 120_000 });
	child.stdin.end(options.stdin ?? "");
	const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
	const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
	return { exitCode, stdout, stderr };
}

/** A folder for as long as the work takes. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), "cli-"));
	try {
		return await work(folder);
	} finally {
		await rm(folder, { recursive: true });
	}
}
