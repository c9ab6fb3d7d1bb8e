import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Downloads } from "../toolchain/downloads.ts";
import { Unavailable } from "../toolchain/unavailable.ts";
import { addText, blobFile, createBlobs, type Descriptor, type Layout } from "./oci.ts";

const accept = [
	"application/vnd.oci.image.index.v1+json",
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	"application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

interface Manifest {
	mediaType?: string;
	manifests?: (Descriptor & { platform?: { os: string; architecture: string } })[];
	config?: Descriptor;
	layers?: Descriptor[];
}

/**
 * Pulls an image for this machine's processor into a layout below `work`, and verifies every blob's digest.
 * @param registry base address that replaces the registry in the reference. @default `https://` and the reference's registry
 */
export async function pullImage(pull: {
	reference: string;
	work: string;
	downloads: Downloads;
	registry?: string;
}): Promise<Layout> {
	const { reference, work, downloads } = pull;
	const { host, name, tag } = partsOf(reference);
	const repository = `${pull.registry?.replace(/\/$/, "") ?? `https://${host}`}/v2/${name}`;
	const dir = join(work, "layout");
	await createBlobs(dir);
	const authorization: Record<string, string> = {};

	async function manifest(of: string, digest?: string): Promise<{ parsed: Manifest; descriptor: Descriptor }> {
		const url = `${repository}/manifests/${of}`;
		let answer = await downloads.ask(url, { accept, ...authorization });
		if (answer.status === 401) {
			authorization["authorization"] = await token(answer.headers.get("www-authenticate") ?? "", downloads);
			answer = await downloads.ask(url, { accept, ...authorization });
		}
		if (answer.status !== 200) throw new Unavailable(`${url}: answered ${answer.status}, expected 200`);
		const got = `sha256:${createHash("sha256").update(answer.text).digest("hex")}`;
		const wanted = digest ?? answer.headers.get("docker-content-digest") ?? got;
		if (got !== wanted) throw new Unavailable(`${url}: digest is ${got}, expected ${wanted}`);
		const parsed = parse<Manifest>(url, answer.text);
		const mediaType = parsed.mediaType ?? answer.headers.get("content-type") ?? "";
		if (!parsed.manifests) return { parsed, descriptor: await addText(dir, mediaType, answer.text) };
		const architecture = process.arch === "x64" ? "amd64" : process.arch;
		const here = parsed.manifests.find(
			({ platform }) => platform?.os === "linux" && platform.architecture === architecture,
		);
		if (!here || digest) throw new Unavailable(`${url}: has no image for linux/${architecture}`);
		return manifest(here.digest, here.digest);
	}

	const { parsed, descriptor } = await manifest(tag);
	if (!parsed.config || !parsed.layers) throw new Unavailable(`${reference}: its manifest has no config or no layers`);
	for (const { digest } of [parsed.config, ...parsed.layers]) {
		if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Unavailable(`${reference}: digest ${digest} is not SHA-256`);
		const url = `${repository}/blobs/${digest}`;
		const how = { algorithm: "sha256", headers: authorization };
		const got = `sha256:${await downloads.save(url, blobFile(dir, digest), how)}`;
		if (got !== digest) throw new Unavailable(`${url}: digest is ${got}, expected ${digest}`);
	}
	return { dir, manifest: descriptor };
}

function partsOf(reference: string): { host: string; name: string; tag: string } {
	const [, host, name, tag] = reference.match(/^([^/]+)\/(.+):([^:/]+)$/) ?? [];
	if (!host || !name || !tag) throw new Error(`Image "${reference}": expected HOST/NAME:TAG`);
	return { host, name, tag };
}

// A public registry may require an anonymous token. The header of its 401 answer names the token server.
async function token(challenge: string, downloads: Downloads): Promise<string> {
	const { realm, ...query } = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v]));
	if (!realm) throw new Unavailable(`the registry asks for an unknown kind of login: ${challenge}`);
	const url = `${realm}?${new URLSearchParams(query)}`;
	const answer = await downloads.ask(url);
	if (answer.status !== 200) throw new Unavailable(`${url}: answered ${answer.status}, expected 200`);
	const { token, access_token } = parse<{ token?: string; access_token?: string }>(url, answer.text);
	return `Bearer ${token ?? access_token}`;
}

function parse<T>(url: string, text: string): T {
	try {
		return JSON.parse(text) as T;
	} catch (cause) {
		throw new Unavailable(`${url}: answered something that is not JSON`, { cause });
	}
}
