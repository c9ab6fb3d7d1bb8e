import type { Host } from "../host";
import { quote } from "../shell";

/** Reads the last lines of a container's log, standard output and error mixed. @returns the oldest line first; empty where the log does not exist */
export async function lastLogLines(host: Host, logPath: string, lines: number): Promise<string[]> {
	const { stdout } = await host.run({
		intent: `read ${logPath}`,
		script: `tail -n ${lines} -- ${quote(logPath)} 2>/dev/null; exit 0`,
		timeoutSeconds: 30,
	});
	return written(stdout);
}

/**
 * Parses a container's log into the lines that the container wrote, and joins the parts of long lines. The runtime tags
 * each part P, except for the last. Text in another format is skipped.
 * Source: k8s.io/cri-client, pkg/logs/logs.go: `TIME STREAM TAGS TEXT`.
 */
export function written(log: string): string[] {
	const lines: string[] = [];
	let begun = "";
	for (const line of log.split("\n")) {
		const [, tag, text] = /^\S+ (?:stdout|stderr) ([PF])\S* ?(.*)$/.exec(line) ?? [];
		if (text === undefined) continue;
		begun += text;
		if (tag === "P") continue;
		lines.push(begun);
		begun = "";
	}
	return begun ? [...lines, begun] : lines;
}
