import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Runs an operation and watches the Node.js processes of a stack: the program and the dynamic provider.
 * @param home folder that the processes have as PULUMI_HOME
 * @returns the sum of the processes' peaks of resident memory, in MB
 */
export async function peakMemory<T>(
	home: string,
	operation: () => Promise<T>,
): Promise<{ result: T; megabytes: number }> {
	const peaks = new Map<string, number>();
	let isRunning = true;
	const watching = (async () => {
		while (isRunning) {
			for (const pid of await nodeProcesses(home)) peaks.set(pid, (await peakOf(pid)) ?? peaks.get(pid) ?? 0);
			await pause(300);
		}
	})();
	try {
		const result = await operation();
		return { result, megabytes: [...peaks.values()].reduce((sum, kilobytes) => sum + kilobytes / 1000, 0) };
	} finally {
		isRunning = false;
		await watching;
	}
}

async function nodeProcesses(home: string): Promise<string[]> {
	const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
	const found = await Promise.all(
		pids.map(async (pid) => {
			const name = await contentOf(`/proc/${pid}/comm`);
			if (!/^(node|MainThread)$/.test(name.trim())) return [];
			const environment = await contentOf(`/proc/${pid}/environ`);
			return environment.split("\0").includes(`PULUMI_HOME=${home}`) ? [pid] : [];
		}),
	);
	return found.flat();
}

/** Peak of a process's resident memory, in kB. */
async function peakOf(pid: string): Promise<number | undefined> {
	const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(await contentOf(`/proc/${pid}/status`)) ?? [];
	return kilobytes === undefined ? undefined : Number(kilobytes);
}

/** A process that ends meanwhile has no files any more. */
async function contentOf(path: string): Promise<string> {
	return readFile(path, "utf8").catch(() => "");
}
