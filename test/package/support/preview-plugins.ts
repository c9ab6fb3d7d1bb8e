import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * Puts stand-ins for the plugins of other packages on PATH, where an engine looks first. They preview alone.
 * @param names of the plugins: `aws`
 * @returns the new PATH, and what removes the stand-ins
 */
export async function previewPlugins(names: readonly string[]): Promise<{ path: string; remove: () => Promise<void> }> {
	const folder = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-test-"));
	const main = join(import.meta.dirname, "preview-plugin.ts");
	for (const name of names) {
		const start = `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${main}' ${name} "$@"\n`;
		await writeFile(join(folder, `pulumi-resource-${name}`), start, { mode: 0o755 });
	}
	return {
		path: `${folder}${delimiter}${process.env["PATH"]}`,
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}
