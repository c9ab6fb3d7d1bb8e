import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { step } from "./progress.ts";

/** Returns the lab's cache folder, `$XDG_CACHE_HOME/pulumi-kubeadm`. @default ~/.cache/pulumi-kubeadm */
export function cacheRoot(): string {
	return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "pulumi-kubeadm");
}

/** Returns the folder published under `key` (a relative path), or undefined. */
export function published(key: string): string | undefined {
	const target = join(cacheRoot(), key);
	return existsSync(target) ? target : undefined;
}

/**
 * Returns the folder published under `key`, and builds it first if it is missing. `build` fills a staging folder beside the target, which is
 * renamed at the end, so a published folder is always complete. If several processes need one key, one builds and the others wait.
 */
export async function publishOnce(key: string, build: (stagingDir: string) => Promise<void>): Promise<string> {
	const found = published(key);
	if (found) return found;
	const target = join(cacheRoot(), key);
	await mkdir(dirname(target), { recursive: true });
	const release = await lock(key);
	try {
		if (existsSync(target)) return target;
		await removeStaging(target);
		const staging = await mkdtemp(stagingPrefix(target));
		await chmod(staging, 0o755);
		try {
			await build(staging);
			await rename(staging, target);
		} finally {
			await rm(staging, { recursive: true, force: true });
		}
		return target;
	} finally {
		await release();
	}
}

function stagingPrefix(target: string): string {
	return join(dirname(target), `.${basename(target)}.staging-`);
}

// The holder of the lock is the only builder. Other staging folders were left by processes that ended.
async function removeStaging(target: string): Promise<void> {
	const prefix = basename(stagingPrefix(target));
	for (const name of await readdir(dirname(target))) {
		if (name.startsWith(prefix)) await rm(join(dirname(target), name), { recursive: true, force: true });
	}
}

// A child holds the kernel's lock until its standard input closes, which happens when this process ends in any way: no lock is ever stale.
async function lock(key: string): Promise<() => Promise<void>> {
	const file = join(cacheRoot(), "locks", key.replaceAll("/", "_"));
	await mkdir(dirname(file), { recursive: true });
	const holder = spawn("flock", [file, "sh", "-c", "echo held; exec cat"], {
		detached: true, // a Ctrl-C in the terminal must not take the lock away from a process that is still cleaning up
		stdio: ["pipe", "pipe", "inherit"],
	});
	const held = lockHeld(holder, file);
	const soon = await Promise.race([held.then(() => true), new Promise((resolve) => setTimeout(resolve, 300, false))]);
	if (!soon) await step(`${key}: waiting for ${await holderOf(file)}, which is making it`, () => held);
	await writeFile(file, `${process.pid}\n`);
	return async () => {
		const ended = once(holder, "exit");
		holder.stdin?.end();
		await ended;
	};
}

async function lockHeld(holder: ChildProcess, file: string): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		holder.stdout?.once("data", () => resolve());
		holder.once("exit", (code) => reject(new Error(`${file}: could not be locked: flock ended with ${code}`)));
		holder.once("error", (cause) =>
			reject(new Error("flock: could not be started; install it with: apt-get install util-linux", { cause })),
		);
	});
}

async function holderOf(file: string): Promise<string> {
	const pid = (await readFile(file, "utf8")).trim();
	return pid ? `process ${pid}` : "another process";
}
