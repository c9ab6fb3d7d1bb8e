import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

import { modeText } from "./read";
import { TreeError } from "./tree-error";
import type { ReadFile } from "./tree-file";

/** A host's files under a folder that stands for its root. Links are followed as on the host: a link to `/mnt` leads to `mnt` in the folder. */
export interface HostTree {
	/** Reads the file at a path; undefined for anything else. */
	readFile: ReadFile;
	/** Kind of the entry at a path; undefined where nothing is there. */
	kindAt(path: string): "a file" | "a folder" | "something else" | undefined;
	/** Mode of the entry at a path, in octal: `0755`. Links are followed. */
	modeAt(path: string): string | undefined;
	/** Names in a folder; empty where the folder does not exist. */
	namesIn(path: string): string[];
}

/** Opens a folder as a host's tree. @throws TreeError, here and from each method, for a file or folder that cannot be read */
export function hostTree(root: string): HostTree {
	const find = (path: string) => unlessAbsent(join(root, path), () => follow(root, path));
	const kindAt = (path: string) => {
		const { stats } = find(path) ?? {};
		if (!stats) return undefined;
		return stats.isFile() ? "a file" : stats.isDirectory() ? "a folder" : "something else";
	};
	return {
		kindAt,
		readFile(path) {
			const entry = find(path);
			if (!entry?.stats.isFile()) return undefined;
			const content = unlessAbsent(entry.at, () => readFileSync(entry.at, "utf8"));
			return content === undefined ? undefined : { content, mode: modeText(entry.stats.mode) };
		},
		modeAt(path) {
			const entry = find(path);
			return entry && modeText(entry.stats.mode);
		},
		namesIn(path) {
			const entry = find(path);
			return entry?.stats.isDirectory() ? (unlessAbsent(entry.at, () => readdirSync(entry.at)) ?? []) : [];
		},
	};
}

/** Highest number of links that Linux follows for one path. Source: MAXSYMLINKS, include/linux/namei.h. */
const mostLinks = 40;

/** Follows the links of a host's path, one name after the other. */
function follow(root: string, path: string): { at: string; stats: Stats } | undefined {
	const ahead = path.split("/");
	let [inside, links]: [string[], number] = [[], 0];
	while (ahead.length > 0) {
		const name = ahead.shift()!;
		if (name === "" || name === ".") continue;
		const next = name === ".." ? inside.slice(0, -1) : [...inside, name];
		// The root may itself be given as a link.
		const target = next.length > 0 ? linkAt(join(root, ...next)) : undefined;
		if (target === undefined) inside = next;
		else if (++links > mostLinks) return undefined;
		else {
			if (target.startsWith("/")) inside = [];
			ahead.unshift(...target.split("/"));
		}
	}
	const at = join(root, ...inside);
	return { at, stats: statSync(at) };
}

function linkAt(path: string): string | undefined {
	return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
}

function unlessAbsent<T>(path: string, read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
		throw new TreeError({ at: path, expected: "what can be read", got: (error as Error).message });
	}
}
