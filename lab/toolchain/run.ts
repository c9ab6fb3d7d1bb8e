import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Run {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	/** Called with each line of standard error. */
	report?: (line: string) => void;
}

/** Runs a command and returns its standard output. Throws with the command line, the exit code and the last lines of output when it fails. */
export async function run(command: string, args: string[], { cwd, env, report }: Run = {}): Promise<string> {
	const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
	const closed = once(child, "close").catch((cause) => {
		throw new Error(`${command}: could not be started; is it installed? (apt-get install ${command})`, { cause });
	});
	let output = "";
	child.stdout.setEncoding("utf8").on("data", (text) => {
		output += text;
	});
	const last: string[] = [];
	createInterface({ input: child.stderr }).on("line", (line) => {
		report?.(line);
		last.push(line);
		if (last.length > 20) last.shift();
	});
	const [code, signal] = await closed;
	if (code !== 0) throw new Error(`${[command, ...args].join(" ")}: ended with ${code ?? signal}\n${last.join("\n")}`);
	return output;
}
