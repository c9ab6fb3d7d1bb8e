import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { LabHost } from "../../../lab/index.ts";
import { withPemSaid } from "./pem.ts";

/** What a folder of a host holds, by path: kind, mode and owner in the first line, then what a file says. */
export async function treeOf(host: LabHost, folders: readonly string[]): Promise<Record<string, string>> {
	const tree: Record<string, string> = {};
	for (const folder of folders) await walk(host, folder, tree);
	return tree;
}

async function walk(host: LabHost, path: string, tree: Record<string, string>): Promise<void> {
	const real = join(host.root, path);
	const found = await lstat(real);
	const kind = found.isDirectory()
		? "directory"
		: found.isSymbolicLink()
			? "link"
			: found.isSocket()
				? "socket"
				: "file";
	const mode = (found.mode & 0o7777).toString(8).padStart(4, "0");
	const content =
		kind === "file"
			? await withPemSaid(host, await readFile(real, "utf8"))
			: kind === "link"
				? await readlink(real)
				: "";
	tree[path] = `${kind} ${mode} ${found.uid}:${found.gid}\n${content}`;
	if (kind === "directory") for (const name of (await readdir(real)).sort()) await walk(host, join(path, name), tree);
}
