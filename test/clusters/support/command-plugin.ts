import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * Puts the lab's stand-in for the plugin of @pulumi/command on PATH, where an engine looks first.
 * @returns the new PATH, and what removes the stand-in
 */
export async function commandPlugin(): Promise<{ path: string; remove: () => Promise<void> }> {
	const folder = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-test-"));
	const main = join(import.meta.dirname, "../../../lab/command-plugin/main.ts");
	const start = `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${main}' "$@"\n`;
	await writeFile(join(folder, "pulumi-resource-command"), start, { mode: 0o755 });
	return {
		path: `${folder}${delimiter}${process.env["PATH"]}`,
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}
