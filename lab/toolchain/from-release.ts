import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Downloads } from "./downloads.ts";
import { run } from "./run.ts";
import type { Tool } from "./tools.ts";
import { Unavailable } from "./unavailable.ts";

interface FromRelease {
	tool: Tool;
	release: NonNullable<Tool["release"]>;
	dir: string;
	downloads: Downloads;
}

/** Downloads a tool's official release, verifies its published checksum, and puts the binaries into `dir`. */
export async function fromRelease({ tool, release, dir, downloads }: FromRelease): Promise<void> {
	const { file: url, checksums, folder } = release;
	const published = await downloads.ask(checksums);
	if (published.status !== 200) throw new Unavailable(`${checksums}: answered ${published.status}, expected 200`);
	const wanted = checksumOf(published.text, basename(url));
	if (!wanted) throw new Unavailable(`${checksums}: has no checksum of ${basename(url)}`);
	const work = join(dir, ".download");
	await mkdir(work);
	const file = join(work, basename(url));
	const got = await downloads.save(url, file, { algorithm: wanted.length === 128 ? "sha512" : "sha256" });
	if (got !== wanted) throw new Unavailable(`${url}: checksum is ${got}, published is ${wanted}`);
	if (folder !== undefined) await run("tar", ["-xzf", file, "-C", work, "--no-same-owner"]);
	for (const binary of tool.binaries) {
		await rename(join(work, folder ?? ".", binary), join(dir, binary));
		await chmod(join(dir, binary), 0o755);
	}
	await rm(work, { recursive: true });
}

// The list has the format of sha256sum, or is a bare checksum. A name in the list may include a folder.
function checksumOf(list: string, name: string): string | undefined {
	for (const line of list.split("\n")) {
		const [, checksum, of] = line.trim().match(/^([0-9a-f]{64}|[0-9a-f]{128})(?:\s+\*?(\S+))?$/i) ?? [];
		if (checksum && (!of || basename(of) === name)) return checksum.toLowerCase();
	}
	return undefined;
}
