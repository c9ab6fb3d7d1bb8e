import { execFile } from "node:child_process";
import headless from "@xterm/headless";

/** What a terminal shows once a command has ended: everything that scrolled by, and the last screen. */
export interface Shown {
	/** Lines as the command printed them. A terminal breaks one that is longer than its width. */
	lines: string[];
	/** Number of lines in the terminal, with those that it broke. */
	height: number;
	/** Exit code of the command. */
	exitCode: number;
}

/** Columns and rows of a window that is side by side with an editor. */
const size = { cols: 120, rows: 50 };

/** Runs a command line in a pseudo terminal of 120 columns and 50 rows, as a person does. */
export async function inTerminal(command: string, options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Shown> {
	const line = `stty cols ${size.cols} rows ${size.rows}; ${command}`;
	const { printed, exitCode } = await new Promise<{ printed: string; exitCode: number }>((resolve, reject) => {
		const env = { ...options.env, TERM: "xterm-256color" };
		const child = execFile(
			"script",
			["--quiet", "--return", "--command", line, "/dev/null"],
			{ cwd: options.cwd, env, maxBuffer: 2 ** 28 },
			(error, printed) => {
				const exitCode = error ? error.code : 0;
				if (typeof exitCode !== "number") reject(error);
				else resolve({ printed, exitCode });
			},
		);
		child.stdin?.end();
	});
	return { ...(await shownBy(printed)), exitCode };
}

/** What a terminal shows of the bytes that a command printed. */
async function shownBy(printed: string): Promise<Omit<Shown, "exitCode">> {
	const terminal = new headless.Terminal({ ...size, scrollback: 100_000, allowProposedApi: true });
	try {
		await new Promise<void>((resolve) => terminal.write(printed, resolve));
		const { active } = terminal.buffer;
		const rows = Array.from({ length: active.length }, (_, index) => active.getLine(index)!);
		const lines: string[] = [];
		for (const [index, row] of rows.entries()) {
			// A row that goes on in the next one has its spaces at the end.
			const text = row.translateToString(!rows[index + 1]?.isWrapped);
			if (row.isWrapped) lines.push(`${lines.pop()}${text}`);
			else lines.push(text);
		}
		const end = lines.findLastIndex((line) => line.trim() !== "") + 1;
		const shown = lines.slice(0, end);
		return { lines: shown, height: shown.reduce((sum, text) => sum + rowsOf(text).length, 0) };
	} finally {
		terminal.dispose();
	}
}

/** The rows of a line in a terminal. */
export function rowsOf(line: string): string[] {
	return line === "" ? [""] : line.match(new RegExp(`.{1,${size.cols}}`, "gsu"))!;
}
