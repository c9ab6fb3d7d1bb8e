import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { filesUnder } from "../../compare/read";
import type { Tree } from "../../compare/tree-file";
import { sentence } from "../../config/expected";
import { CommandError } from "../command";

/** Result of writing a tree. */
export interface Written {
	written: string[];
	/** Paths of files that had this content and mode already. */
	unchanged: string[];
}

/**
 * Writes a tree under a folder. All files are first staged beside their targets and then renamed, so that a failure leaves
 * nothing half-written. A file with other content is replaced only by force. Existing folders keep their
 * modes, as with kubeadm, and links are followed.
 * @throws CommandError that lists all files with other content, and all files in the place of a folder
 */
export function writeTree(
	out: string,
	{ tree, directories }: { tree: Tree; directories: Record<string, { mode: string }> },
	force: boolean,
): Written {
	const wantedFolders = [...new Set([...Object.keys(directories), ...Object.keys(tree).map((path) => dirname(path))])];
	refuseObstacles(out, wantedFolders, Object.keys(tree));
	const readFile = filesUnder(out);
	const existingFiles = new Map(Object.keys(tree).map((path) => [path, readFile(path)]));
	const isSame = (path: string) => existingFiles.get(path)?.content === tree[path]!.content;
	const isUnchanged = (path: string) => isSame(path) && existingFiles.get(path)!.mode === tree[path]!.mode;
	const mayReplace = (path: string) => existingFiles.get(path)?.content === tree[path]!.replaces;
	const others = Object.keys(tree).filter((path) => existingFiles.get(path) && !isSame(path) && !mayReplace(path));
	if (others.length > 0 && !force) {
		const list = others.map((path) => `\n  ${join(out, path)}`).join("");
		throw new CommandError({
			at: out,
			expected: "no files, or those of this configuration",
			got: `${others.length} files with other content`,
			next: `nothing was written; give another --out, or --force to replace them:${list}`,
		});
	}
	const unchanged = Object.keys(tree).filter(isUnchanged);
	const written = Object.keys(tree).filter((path) => !isUnchanged(path));
	makeDirectories(out, wantedFolders, directories);
	placeAll(written.map((path) => ({ path: behindLinks(join(out, path)), ...tree[path]! })));
	return { written, unchanged };
}

/** @throws CommandError that lists files in the place of folders, and folders in the place of files */
function refuseObstacles(out: string, folders: readonly string[], files: readonly string[]): void {
	const above = folders.flatMap((path) => [
		"/",
		...path.split("/").map((_, at, parts) => parts.slice(0, at + 1).join("/")),
	]);
	const kinds = [
		["a folder", "a file", [...new Set(above)].filter((path) => isThere(join(out, path)) === "file")],
		["a file", "a folder", files.filter((path) => isThere(join(out, path)) === "folder")],
	] as const;
	const problems = kinds.flatMap(([expected, got, paths]) =>
		paths.map((path) => sentence({ at: join(out, path), expected, got })),
	);
	if (problems.length > 0) throw new CommandError([...new Set(problems)].join("\n"));
}

function isThere(path: string): "file" | "folder" | undefined {
	const stats = statSync(path, { throwIfNoEntry: false });
	return stats && (stats.isDirectory() ? "folder" : "file");
}

function behindLinks(path: string): string {
	return existsSync(path) ? realpathSync(path) : path;
}

function makeDirectories(out: string, paths: readonly string[], modes: Record<string, { mode: string }>): void {
	for (const path of paths.toSorted()) {
		const first = mkdirSync(join(out, path), { recursive: true });
		const { mode } = modes[path] ?? {};
		if (first !== undefined && mode) chmodSync(join(out, path), Number.parseInt(mode, 8));
	}
}

/** Stages files beside their targets, then renames all. */
export function placeAll(files: readonly { path: string; content: string; mode: string }[]): void {
	// The name begins with a dot: a kubelet runs every other file of the folder as a pod.
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
