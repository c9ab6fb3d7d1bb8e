import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs `work` while no other process of this machine runs work under the same lock file. */
export async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
	// The kernel's lock, held by a child until its input ends: it ends with this process, so it is never stale.
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
