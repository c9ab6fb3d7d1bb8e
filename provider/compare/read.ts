import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { TreeError } from "./tree-error";
import type { TreeFile } from "./tree-file";

/** Makes a function that reads a host's paths under a folder that stands for the host's root. */
export function filesUnder(directory: string): (path: string) => TreeFile | undefined {
	return (path) => fileAt(join(directory, path));
}

/**
 * Reads a file of this machine. Links are followed; undefined where nothing exists.
 * @throws TreeError for anything but a file, and for a file that cannot be read
 */
export function fileAt(path: string): TreeFile | undefined {
	try {
		const stats = statSync(path);
		if (!stats.isFile()) throw new TreeError({ at: path, expected: "a file", got: "a folder" });
		const content = readFileSync(path, "utf8");
		return { content, mode: modeText(stats.mode) };
	} catch (error) {
		if (isAbsent(error)) return undefined;
		if (error instanceof TreeError) throw error;
		throw new TreeError({ at: path, expected: "a file that can be read", got: (error as Error).message });
	}
}

/** Formats a mode as four octal digits: `0644`. */
export function modeText(mode: number): string {
	return (mode & 0o7777).toString(8).padStart(4, "0");
}

function isAbsent(error: unknown): boolean {
	return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
