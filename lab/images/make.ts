import { createHash } from "node:crypto";
import { link, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { publishOnce } from "../cache.ts";
import { step } from "../progress.ts";
import type { Toolchain, ToolName } from "../toolchain/index.ts";
import { run } from "../toolchain/run.ts";
import { addFile, addText, createBlobs, type Layout, mediaTypes } from "./oci.ts";
import type { Recipe } from "./recipes.ts";

/** Makes an image from the toolchain's binaries, as a layout below `work`. */
export async function makeImage(recipe: Recipe, toolchain: Toolchain, work: string): Promise<Layout> {
	const dir = join(work, "layout");
	await createBlobs(dir);
	const files = [
		...(recipe.packages ? [await debianLayer(recipe.packages)] : []),
		await binariesLayer(recipe, toolchain, work),
	];
	const layers = [];
	for (const file of files) layers.push(await addFile(dir, mediaTypes.layer, file));
	const config = await addText(
		dir,
		mediaTypes.config,
		JSON.stringify({
			created: "1970-01-01T00:00:00Z",
			architecture: process.arch === "x64" ? "amd64" : process.arch,
			os: "linux",
			config: {
				Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
				...(recipe.entrypoint && { Entrypoint: recipe.entrypoint }),
			},
			rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
		}),
	);
	const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers };
	return { dir, manifest: await addText(dir, mediaTypes.manifest, JSON.stringify(manifest)) };
}

async function binariesLayer(recipe: Recipe, toolchain: Toolchain, work: string): Promise<string> {
	const root = join(work, "root");
	for (const folder of ["etc", "tmp"]) await mkdir(join(root, folder), { recursive: true });
	for (const [name, target] of Object.entries(recipe.files)) {
		await mkdir(dirname(join(root, target)), { recursive: true });
		await link(toolchain.path(name as ToolName), join(root, target));
	}
	const layer = join(work, "layer.tar");
	const reproducible = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=0755"];
	await run("tar", [...reproducible, "-cf", layer, "-C", root, "."]);
	return layer;
}

async function debianLayer(packages: string[]): Promise<string> {
	const unread = ["doc", "man", "locale", "info"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
	const args = ["--variant=essential", `--include=${packages.join(",")}`, ...unread, "bookworm"];
	const key = createHash("sha256").update(JSON.stringify(args)).digest("hex").slice(0, 12);
	const dir = await publishOnce(`images/debian-${key}`, (dir) =>
		step(`Debian layer with ${packages.join(", ")}: making`, async (report) => {
			await run("mmdebstrap", [...args, join(dir, "layer.tar")], { report });
		}),
	);
	return join(dir, "layer.tar");
}
