import { createHash } from "node:crypto";
import { copyFile, link, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { published, publishOnce } from "../cache.ts";
import { say, step } from "../progress.ts";
import { createDownloads, type Downloads } from "./downloads.ts";
import { fromGo, ownSources } from "./from-go.ts";
import { fromPath } from "./from-path.ts";
import { fromRelease } from "./from-release.ts";
import { type Minor, type Tool, type ToolName, toolsOf } from "./tools.ts";
import { Unavailable } from "./unavailable.ts";

export { kubernetesVersion, type Minor, minors, newestMinor, type ToolName } from "./tools.ts";

export interface Toolchain {
	/** Folder with the command-line tools, for PATH. It has files, not links, so it can be bind-mounted into a host. */
	binDir: string;
	/** Folder of the CNI plugins. It is not for PATH: `bridge` is also a command of iproute2. */
	cniDir: string;
	/** Returns the path of one tool or CNI plugin. Throws for a tool that was not asked for. */
	path(name: ToolName): string;
}

/**
 * Provides tools at pinned versions. A tool comes from PATH if its version fits, else from the cache, else from its official release (with the
 * published checksum verified), else it is built from Go modules. `LAB_RELEASES` is the address of a mirror of the release sites
 * (`LAB_RELEASES/HOST/PATH`).
 * @param asked.tools names of the tools @default all
 * @param asked.kubernetes minor release of Kubernetes @default the newest
 */
export async function ensureToolchain(asked: { tools?: ToolName[]; kubernetes?: Minor } = {}): Promise<Toolchain> {
	const { tools: names } = asked;
	const downloads = createDownloads({ mirror: process.env["LAB_RELEASES"] });
	const wanted = toolsOf(asked.kubernetes).filter(
		(tool) => !names || tool.binaries.some((binary) => names.includes(binary)),
	);
	const files: { name: string; folder: Tool["folder"]; file: string }[] = [];
	for (const tool of wanted) {
		for (const [name, file] of await obtain(tool, downloads)) files.push({ name, folder: tool.folder, file });
	}
	const root = await publishOnce(`toolchains/${await digestOf(files)}`, async (dir) => {
		for (const folder of ["bin", "cni", "images"]) await mkdir(join(dir, folder));
		for (const { name, folder, file } of files) await place(file, join(dir, folder, name));
	});
	const folderOf = new Map(files.map(({ name, folder }) => [name, folder]));
	return {
		binDir: join(root, "bin"),
		cniDir: join(root, "cni"),
		path: (name) => {
			const folder = folderOf.get(name);
			if (!folder) throw new Error(`${name}: not in this toolchain; name it in ensureToolchain({ tools })`);
			return join(root, folder, name);
		},
	};
}

/** Returns the files of one tool by binary, from the first source that has them. Throws with every source's reason when none has. */
export async function obtain(tool: Tool, downloads: Downloads): Promise<Map<string, string>> {
	const title = `${tool.name} ${tool.version}`;
	const reasons: string[] = [];
	const attempt = async <T>(source: string, work: () => Promise<T>): Promise<T | undefined> => {
		try {
			return await work();
		} catch (error) {
			if (!(error instanceof Unavailable)) throw error;
			reasons.push(`${source}: ${error.message}`);
			return undefined;
		}
	};

	const onPath = await attempt("PATH", () => fromPath(tool));
	if (onPath) return onPath;
	const key = await keyOf(tool);
	let dir = published(key);
	const { release } = tool;
	if (!dir && release) {
		dir = await attempt("release", () =>
			publishOnce(key, (dir) => step(`${title}: downloading`, () => fromRelease({ tool, release, dir, downloads }))),
		);
		if (!dir) say(`${title}: not downloaded (${reasons.at(-1)})`);
	}
	dir ??= await attempt("Go", () =>
		publishOnce(key, (dir) => step(`${title}: building`, (report) => fromGo(tool, dir, report))),
	);
	if (!dir) throw new Error(`${title}: not available\n${reasons.map((reason) => `  ${reason}`).join("\n")}`);
	return new Map(tool.binaries.map((binary) => [binary, join(dir, binary)]));
}

async function keyOf(tool: Tool): Promise<string> {
	const recipe = JSON.stringify([process.arch, tool.release, tool.go, await ownSources(tool)]);
	return `tools/${tool.name}-${tool.version}-${createHash("sha256").update(recipe).digest("hex").slice(0, 12)}`;
}

async function digestOf(files: { name: string; file: string }[]): Promise<string> {
	const hash = createHash("sha256");
	for (const { name, file } of files) {
		const { size, mtimeMs } = await stat(file);
		hash.update(`${name} ${file} ${size} ${mtimeMs}\n`);
	}
	return hash.digest("hex").slice(0, 12);
}

// A hard link costs no space. A tool found on PATH may be on another file system, and is copied.
async function place(file: string, target: string): Promise<void> {
	try {
		await link(file, target);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
		await copyFile(file, target);
	}
}
