import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs `work` while holding a lock file, so that no other process of this machine does so at the same time. */
export async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
	// A child holds the kernel's lock until its input ends, which happens when this process ends: the lock is never stale.
	const holder = spawn("flock", [file, "sh", "-c", "echo held; exec cat"], {
		detached: true,
		stdio: ["pipe", "pipe", "inherit"],
	});
	await new Promise<void>((resolve, reject) => {
		holder.stdout.once("data", () => resolve());
		holder.once("error", reject);
		holder.once("exit", (code) => reject(new Error(`${file}: could not be locked: flock ended with ${code}`)));
	});
	try {
		return await work();
	} finally {
		const ended = once(holder, "exit");
		holder.stdin.end();
		await ended;
	}
}
