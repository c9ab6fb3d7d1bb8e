import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "../toolchain/run.ts";

/** A descriptor of an OCI image: a blob's media type, digest and length. */
export interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
}

/** A folder in the OCI image layout, and the descriptor of its manifest. */
export interface Layout {
	dir: string;
	manifest: Descriptor;
}

export const mediaTypes = {
	manifest: "application/vnd.oci.image.manifest.v1+json",
	config: "application/vnd.oci.image.config.v1+json",
	layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/** Returns the path of a blob's file in a layout. */
export function blobFile(dir: string, digest: string): string {
	return join(dir, "blobs", ...digest.split(":"));
}

export async function createBlobs(dir: string): Promise<void> {
	await mkdir(join(dir, "blobs", "sha256"), { recursive: true });
}

export async function addText(dir: string, mediaType: string, text: string): Promise<Descriptor> {
	const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
	await writeFile(blobFile(dir, digest), text);
	return { mediaType, digest, size: Buffer.byteLength(text) };
}

export async function addFile(dir: string, mediaType: string, file: string): Promise<Descriptor> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(file), hash);
	const digest = `sha256:${hash.digest("hex")}`;
	await link(file, blobFile(dir, digest));
	return { mediaType, digest, size: (await stat(file)).size };
}

/** Packs a layout into a tar archive for `ctr images import`, with the image name `reference`. */
export async function pack({ dir, manifest }: Layout, reference: string, archive: string): Promise<void> {
	const annotations = {
		"io.containerd.image.name": reference,
		"org.opencontainers.image.ref.name": reference.slice(reference.lastIndexOf(":") + 1),
	};
	await writeFile(join(dir, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
	await writeFile(
		join(dir, "index.json"),
		JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
	);
	await run("tar", ["-cf", archive, "-C", dir, "oci-layout", "index.json", "blobs"]);
}
