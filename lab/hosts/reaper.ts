import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ProcessRecord } from "./registry.ts";

/** The process that waits for the end of a lab's owner and then removes the lab. */
export interface Reaper {
	/** Ends the waiting process, so that it does not remove the lab. Resolves when the process has ended. */
	dismiss(): Promise<void>;
}

/**
 * Starts a process that waits for the end of this process, the lab's owner, and then removes the lab. The pipe to the waiting process closes
 * when this process ends, however it ends: Ctrl-C, a crash and `kill -9` leave no lab behind.
 * @param lab name of the lab
 * @param owner record of this process. A later lab of the same name with another owner is not removed
 */
export function startReaper(lab: string, owner: ProcessRecord): Reaper {
	const child = spawn(process.execPath, [join(import.meta.dirname, "reap.ts"), lab, owner.startTime], {
		detached: true,
		stdio: ["pipe", "ignore", "inherit"],
	});
	child.unref();
	(child.stdin as unknown as { unref(): void }).unref();
	const ended = once(child, "exit");
	return {
		async dismiss() {
			child.ref();
			child.stdin.end("dismissed");
			await ended;
		},
	};
}
