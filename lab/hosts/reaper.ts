import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ProcessRecord } from "./registry.ts";

/** A process that outlives this one and removes its lab. */
export interface Reaper {
	/** Ends the process without removing the lab. */
	dismiss(): Promise<void>;
}

/**
 * Starts a process that waits for the end of this process, the lab's owner, and then removes the lab. A pipe between the two closes at that
 * moment, so Ctrl-C, a crash and `kill -9` leave nothing behind.
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
