import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError } from "../command";
import { lookUnder } from "./read";
import type { Tree } from "./tree";

/** What came of writing. */
export interface Written {
	written: string[];
	/** Those that were there with this content and mode. */
	unchanged: string[];
}

/**
 * Writes a tree under a folder: all files beside their places first, then each is renamed in, so that a failure leaves
 * nothing half-written. A file that says something else is only replaced by force.
 * @throws CommandError for files that say something else, all at once
 */
export function writeTree(
	out: string,
	{ tree, directories }: { tree: Tree; directories: Record<string, { mode: string }> },
	force: boolean,
): Written {
	const look = lookUnder(out);
	const found = new Map(Object.keys(tree).map((path) => [path, look(path)]));
	const isSame = (path: string) => found.get(path)?.content === tree[path]!.content;
	const isUnchanged = (path: string) => isSame(path) && found.get(path)!.mode === tree[path]!.mode;
	const others = Object.keys(tree).filter((path) => found.get(path) && !isSame(path));
	if (others.length > 0 && !force) {
		const list = others.map((path) => `\n  ${join(out, path)}`).join("");
		throw new CommandError(
			`${out}: expected no files, or those of this configuration, got ${others.length} that say something else; nothing was written; give another --out, or --force to replace them:${list}`,
		);
	}
	const unchanged = Object.keys(tree).filter(isUnchanged);
	const written = Object.keys(tree).filter((path) => !isUnchanged(path));
	makeDirectories(out, [...Object.keys(directories), ...written.map((path) => dirname(path))], directories);
	placeAll(written.map((path) => ({ path: join(out, path), ...tree[path]! })));
	return { written, unchanged };
}

function makeDirectories(out: string, paths: string[], modes: Record<string, { mode: string }>): void {
	for (const path of [...new Set(paths)].sort()) {
		mkdirSync(join(out, path), { recursive: true });
		const { mode } = modes[path] ?? {};
		if (mode && (statSync(join(out, path)).mode & 0o7777) !== Number.parseInt(mode, 8)) {
			chmodSync(join(out, path), Number.parseInt(mode, 8));
		}
	}
}

/** Writes files beside their places, then renames all in. */
export function placeAll(files: readonly { path: string; content: string; mode: string }[]): void {
	// With a dot first: a kubelet that looks at the folder takes any other file for a pod.
	const suffix = randomBytes(6).toString("hex");
	const staged = files.map((file) => ({ ...file, at: join(dirname(file.path), `.${basename(file.path)}.${suffix}`) }));
	try {
		for (const { at, content, mode } of staged) {
			writeFileSync(at, content, { mode: 0o600, flag: "wx" });
			chmodSync(at, Number.parseInt(mode, 8));
		}
		for (const { at, path } of staged) renameSync(at, path);
	} finally {
		for (const { at } of staged) if (existsSync(at)) rmSync(at);
	}
}
