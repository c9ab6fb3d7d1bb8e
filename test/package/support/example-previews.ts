import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { previewPlugins } from "./preview-plugins.ts";
import { emptyFolder, pulumiEnvironment } from "./project.ts";
import { type Packed, packed } from "./tools.ts";

/** Packages whose plugins the engine needs beside its own: stand-ins that know no output serve in their place. */
const plugins = ["aws", "command", "hcloud", "proxmoxve", "tls"];

/** Brings what is outside an example's folder and its README tells the reader to bring. */
async function bring(name: string, copy: string): Promise<void> {
	const manifest = "apiVersion: v1\nkind: Namespace\nmetadata: { name: kube-flannel }\n";
	await writeFile(join(copy, "kube-flannel.yml"), manifest);
	if (name !== "quickstart") return;
	const project = await readFile("Pulumi.yaml", "utf8");
	await writeFile(join(copy, "Pulumi.yaml"), project.replace(/^main: .*\n/m, ""));
}

/** Describes examples that are previewed in a folder of their own, with the packed package. */
export function describePreviews(examples: readonly string[]): void {
	let current: Packed;
	let removePlugins: () => Promise<void>;
	beforeAll(async () => {
		const { path, remove } = await previewPlugins(plugins);
		removePlugins = remove;
		vi.stubEnv("PATH", path);
		current = await packed();
	});
	afterAll(async () => {
		await current?.remove();
		await removePlugins?.();
		vi.unstubAllEnvs();
	});

	describe("an example that is copied out of the repository", () => {
		it.concurrent.each(examples)(
			"is previewed as the README of %s says, with the resources that it shows",
			async (name) => {
				const copy = await emptyFolder();
				try {
					await cp(join("examples", name), copy, { recursive: true, filter: (path) => !path.includes("node_modules") });
					await bring(name, copy);
					const readme = await readFile(join(copy, "README.md"), "utf8");
					const commands = readme.match(/^```\n(.*?)^```$/ms)![1]!.replace(/^(curl|npm) .*\n/gm, "");
					const script = `npm install --ignore-scripts ${current.tarball}\n${commands}`;
					const env = await pulumiEnvironment(copy);
					const shown = await current.run(["bash", "-euc", script], { cwd: copy, env });
					expect(previewed(readme).length).toBeGreaterThan(5);
					for (const [type, resource] of previewed(readme))
						expect(shown).toMatch(new RegExp(`[ /]${type} +${resource} +create`));
				} finally {
					await rm(copy, { recursive: true });
				}
			},
		);
	});
}

/** Types and names of the resources that a README shows in a preview. */
function previewed(readme: string): (readonly [type: string, name: string])[] {
	const rows = readme.matchAll(/^ \+ +[│├└─ ]*(?:pulumi-nodejs:dynamic\/)?(\S+:\S+) +(\S+) +create$/gm);
	return [...rows]
		.map(([, type, name]) => [type!, name!] as const)
		.filter(([type]) => !type.startsWith("pulumi:pulumi:"));
}
