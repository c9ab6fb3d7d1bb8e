import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ProcessRecord } from "./registry.ts";

/** A process that outlives this one and removes its lab. */
export interface Reaper {
	/** Ends it without removing anything. */
	dismiss(): Promise<void>;
}

/**
 * Starts a process that waits for the end of this one, the lab's owner, and then removes the lab. It notices by the pipe between them, so that
 * a Ctrl-C, a crash and `kill -9` all leave nothing behind.
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
