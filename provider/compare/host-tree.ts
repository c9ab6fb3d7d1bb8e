import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { modeText } from "./read";
import { TreeError } from "./tree-error";
import type { Look } from "./tree-file";

/** A host's files under a folder that stands for its root. Links are followed as on the host: `/mnt` is the folder's. */
export interface HostTree {
	/** A file, for whatever else lies there nothing. */
	look: Look;
	/** What lies at a path, in a word; undefined for nothing. */
	kindAt(path: string): "a file" | "a folder" | "something else" | undefined;
	/** Octal: `0755`; of what a link leads to. */
	modeAt(path: string): string | undefined;
	/** Names in a folder; none where there is none. */
	namesIn(path: string): string[];
}

/** @throws TreeError, as all of it does, for what cannot be read: that is not the same as none */
export function hostTree(root: string): HostTree {
	const find = (path: string) => said(join(root, path), () => follow(root, path));
	const kindAt = (path: string) => {
		const { stats } = find(path) ?? {};
		if (!stats) return undefined;
		return stats.isFile() ? "a file" : stats.isDirectory() ? "a folder" : "something else";
	};
	return {
		kindAt,
		look(path) {
			const found = find(path);
			if (!found?.stats.isFile()) return undefined;
			const content = said(found.at, () => readFileSync(found.at, "utf8"));
			return content === undefined ? undefined : { content, mode: modeText(found.stats.mode) };
		},
		modeAt(path) {
			const found = find(path);
			return found && modeText(found.stats.mode);
		},
		namesIn(path) {
			const found = find(path);
			return found?.stats.isDirectory() ? (said(found.at, () => readdirSync(found.at)) ?? []) : [];
		},
	};
}

/** Links that Linux follows for one path. Source: MAXSYMLINKS, include/linux/namei.h. */
const mostLinks = 40;

/** Where a host's path leads, one name after the other. */
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

function said<T>(path: string, read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
		throw new TreeError(`${path}: expected what can be read, got ${(error as Error).message}`);
	}
}
