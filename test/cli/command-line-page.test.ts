import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { program, withFolder } from "../support/command-line.ts";

const document = readFileSync(join(import.meta.dirname, "../../docs/command-line.md"), "utf8");
const run = promisify(execFile);

it("each example in docs/command-line.md prints what stands there", async () => {
	const [, configuration = ""] = /```yaml\n(.*?)```/s.exec(document) ?? [];
	const blocks = [...document.matchAll(/```console\n(.*?)```/gs)].map(([, block = ""]) => block);
	expect(blocks).toHaveLength(6);
	await withFolder(async (folder) => {
		await writeFile(join(folder, "kubeadm.yaml"), configuration);
		const bin = join(folder, "bin");
		await mkdir(bin);
		await writeFile(join(bin, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${program}" "$@"\n`);
		await chmod(join(bin, "npx"), 0o755);
		const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}` };
		for (const block of blocks) {
			const printed: string[] = [];
			for (const [, command = ""] of block.matchAll(/^\$ (.*)$/gm)) {
				const script = `exec 2>&1; ${command}\ntrue`;
				printed.push(`$ ${command}\n`, (await run("sh", ["-c", script], { cwd: folder, env })).stdout);
			}
			expect(printed.join("")).toBe(block);
		}
	});
});
