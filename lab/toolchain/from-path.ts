import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, open, realpath } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { cacheRoot } from "../cache.ts";
import type { Tool } from "./tools.ts";
import { Unavailable } from "./unavailable.ts";

/** Returns the files of a tool's binaries on PATH. Throws `Unavailable` if one is missing or its version does not fit. */
export async function fromPath(tool: Tool): Promise<Map<string, string>> {
	const { onPath } = tool;
	if (!onPath) throw new Unavailable("it is not looked for on PATH");
	const files = new Map<string, string>();
	for (const binary of tool.binaries) {
		const file = await which(binary);
		if (!file) throw new Unavailable(`${binary} is not on PATH`);
		const args = onPath.ask[binary];
		if (args) await checkVersion({ tool, file, args, fits: onPath.fits });
		// A host or an image may have another C library than this machine, or none.
		if (onPath.fits === "exact" && !(await isStatic(file))) throw new Unavailable(`${file} is not statically linked`);
		files.set(binary, file);
	}
	return files;
}

async function which(binary: string): Promise<string | undefined> {
	for (const dir of (process.env["PATH"] ?? "").split(delimiter)) {
		// Folders of the lab's cache may be on PATH, and are skipped.
		if (!dir || dir.startsWith(cacheRoot())) continue;
		const file = join(dir, binary);
		const executable = await access(file, constants.X_OK).then(
			() => true,
			() => false,
		);
		if (executable) return await realpath(file);
	}
	return undefined;
}

type Fits = NonNullable<Tool["onPath"]>["fits"];

async function checkVersion(asked: { tool: Tool; file: string; args: string[]; fits: Fits }): Promise<void> {
	const { tool, file, args, fits } = asked;
	const answer = await promisify(execFile)(file, args, { timeout: 10_000 }).catch((cause) => {
		throw new Unavailable(`${file} ${args.join(" ")}: ${cause.message}`, { cause });
	});
	const version = answer.stdout.match(/\d+\.\d+\.\d+/)?.[0] ?? "no version";
	if (!versionFits(version, tool.version, fits)) {
		throw new Unavailable(`${file} is ${version}, expected ${tool.version}${fits === "exact" ? "" : ` (${fits})`}`);
	}
}

function versionFits(got: string, wanted: string, fits: Fits): boolean {
	const [a = 0, b = 0, c = 0] = got.split(".").map(Number);
	const [x = 0, y = 0, z = 0] = wanted.split(".").map(Number);
	switch (fits) {
		case "exact":
			return got === wanted;
		case "same minor":
			return a === x && b === y;
		case "same major or newer":
			return a === x && (b > y || (b === y && c >= z));
	}
}

const PT_INTERP = 3;

// An ELF file without an interpreter (the dynamic linker) is statically linked.
async function isStatic(file: string): Promise<boolean> {
	const handle = await open(file);
	try {
		const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(4096), position: 0 });
		if (bytesRead < 64 || buffer.readUInt32BE(0) !== 0x7f454c46) return false;
		const start = Number(buffer.readBigUInt64LE(32));
		const [size, count] = [buffer.readUInt16LE(54), buffer.readUInt16LE(56)];
		for (let i = 0; i < count; i++) {
			if (buffer.readUInt32LE(start + i * size) === PT_INTERP) return false;
		}
		return true;
	} finally {
		await handle.close();
	}
}
