import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { published, publishOnce } from "../cache.ts";
import { say, step } from "../progress.ts";
import { createDownloads, type Downloads } from "../toolchain/downloads.ts";
import type { Toolchain, ToolName } from "../toolchain/index.ts";
import { run } from "../toolchain/run.ts";
import { Unavailable } from "../toolchain/unavailable.ts";
import { makeImage } from "./make.ts";
import { type Layout, pack } from "./oci.ts";
import { pullImage } from "./pull.ts";
import { type Recipe, recipes } from "./recipes.ts";

export interface LabImage {
	/** Name and tag, as in a pod's `image`. */
	reference: string;
	/** Path of a tar archive for `ctr -n k8s.io images import`. */
	archive: string;
}

/** Image of the tests' pod. It answers HTTP on port 8080 with its host name; `web lookup NAME` and `web get URL` send requests. */
const webImage = "lab.local/web:1";

/** Debian's haproxy and keepalived, for the static pods in front of the API servers. */
const balancerImage = "lab.local/balancer:1";

/**
 * Returns the images of a cluster, with kubeadm's names and tags, and the lab's own images. Images are pulled if the registry answers, else made
 * from the toolchain's binaries. `LAB_REGISTRY` replaces the base address of the registry in the images' names.
 */
export async function ensureImages(toolchain: Toolchain): Promise<LabImage[]> {
	const kubeadm = toolchain.path("kubeadm");
	const version = (await run(kubeadm, ["version", "-o", "short"])).trim();
	const list = await run(kubeadm, ["config", "images", "list", "--kubernetes-version", version]);
	const downloads = createDownloads();
	const images: LabImage[] = [];
	for (const reference of list.trim().split("\n")) {
		images.push({
			reference,
			archive: await obtainImage({ reference, toolchain, downloads, registry: process.env["LAB_REGISTRY"] }),
		});
	}
	for (const reference of [webImage, balancerImage])
		images.push({ reference, archive: await obtainImage({ reference, toolchain }) });
	return images;
}

interface Obtain {
	reference: string;
	toolchain: Toolchain;
	/** Absent for an image that is in no registry. */
	downloads?: Downloads;
	registry?: string;
}

/** Returns the path of one image's archive. */
export async function obtainImage({ reference, toolchain, downloads, registry }: Obtain): Promise<string> {
	const [name, tag] = (reference.split("/").at(-1) ?? "").split(":") as [string, string];
	const recipe = recipes[name];
	if (!recipe)
		throw new Error(`Image "${reference}": the lab can't make it, expected one of ${Object.keys(recipes).join(", ")}`);
	const pulled = `images/${name}-${tag}-pulled-${digestOf([reference, process.arch])}`;
	const made = `images/${name}-${tag}-${await recipeDigest({ reference, recipe, toolchain })}`;
	const dir =
		published(pulled) ?? published(made) ?? (downloads && (await pull(pulled, downloads))) ?? (await make(made));
	return join(dir, "image.tar");

	async function pull(key: string, downloads: Downloads): Promise<string | undefined> {
		try {
			return await publishOnce(key, (work) =>
				step(`image ${reference}: pulling`, async () =>
					finish(await pullImage({ reference, work, downloads, registry }), reference, work),
				),
			);
		} catch (error) {
			if (!(error instanceof Unavailable)) throw error;
			say(`image ${reference}: not pulled (${error.message})`);
			return undefined;
		}
	}

	function make(key: string): Promise<string> {
		return publishOnce(key, (work) =>
			step(`image ${reference}: making`, async () => {
				await finish(await makeImage(recipe as Recipe, toolchain, work), reference, work);
				await rm(join(work, "root"), { recursive: true });
				await rm(join(work, "layer.tar"));
			}),
		);
	}
}

async function finish(layout: Layout, reference: string, work: string): Promise<void> {
	await pack(layout, reference, join(work, "image.tar"));
	await rm(layout.dir, { recursive: true });
}

async function recipeDigest(made: { reference: string; recipe: Recipe; toolchain: Toolchain }): Promise<string> {
	const files = Object.keys(made.recipe.files).map((name) => made.toolchain.path(name as ToolName));
	const stats = await Promise.all(files.map(async (file) => stat(file)));
	return digestOf([made.reference, made.recipe, stats.map(({ size, mtimeMs }) => [size, mtimeMs])]);
}

function digestOf(value: unknown): string {
	return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
}
