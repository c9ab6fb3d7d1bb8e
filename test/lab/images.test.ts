import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { obtainImage } from "../../lab/images/index.ts";
import { createDownloads } from "../../lab/toolchain/downloads.ts";
import type { Toolchain } from "../../lab/toolchain/index.ts";
import { closedPort, digest, serve, tarball, testCache, testFolder } from "./toolchain-server.ts";

const architecture = process.arch === "x64" ? "amd64" : process.arch;
const oci = "application/vnd.oci.image";
const host = "registry.example";

// Stands for the toolchain: each tool is a file that says which one it is. It lies in the cache, as the real one does.
function toolchainIn(cache: string): Toolchain {
	const dir = join(cache, "toolchain");
	mkdirSync(dir, { recursive: true });
	const path = (name: string) => {
		const file = join(dir, name);
		writeFileSync(file, `the binary of ${name}`);
		chmodSync(file, 0o755);
		return file;
	};
	return { binDir: dir, cniDir: dir, path };
}

type Json = any;

function unpack(archive: string): { dir: string; json: (digest: string) => Json; index: Json } {
	const dir = testFolder();
	execFileSync("tar", ["-xf", archive, "-C", dir]);
	const json = (of: string): Json =>
		JSON.parse(readFileSync(join(dir, "blobs/sha256", of.replace("sha256:", "")), "utf8"));
	return { dir, json, index: JSON.parse(readFileSync(join(dir, "index.json"), "utf8")) };
}

function listing(dir: string, layer: string): string[] {
	const file = join(dir, "blobs/sha256", layer.replace("sha256:", ""));
	return execFileSync("tar", ["--numeric-owner", "-tvf", file], { encoding: "utf8" })
		.trim()
		.split("\n")
		.map((line) => {
			const [mode, owner, , , , name] = line.split(/\s+/);
			return `${mode} ${owner} ${name}`;
		});
}

/** A registry's content: an index of two platforms, whose image for this machine has one layer. */
function registryContent(name: string, tag: string) {
	const layer = tarball({ pause: "the pulled pause" });
	const config = JSON.stringify({ architecture, os: "linux" });
	const blob = (mediaType: string, content: string | Buffer) => ({
		mediaType,
		digest: `sha256:${digest("sha256", content)}`,
		size: content.length,
	});
	const configBlob = blob(`${oci}.config.v1+json`, config);
	const layerBlob = blob(`${oci}.layer.v1.tar+gzip`, layer);
	const manifest = JSON.stringify({
		schemaVersion: 2,
		mediaType: `${oci}.manifest.v1+json`,
		config: configBlob,
		layers: [layerBlob],
	});
	const manifestBlob = blob(`${oci}.manifest.v1+json`, manifest);
	const other = {
		...manifestBlob,
		digest: `sha256:${"0".repeat(64)}`,
		platform: { os: "linux", architecture: "s390x" },
	};
	const index = JSON.stringify({
		schemaVersion: 2,
		mediaType: `${oci}.index.v1+json`,
		manifests: [other, { ...manifestBlob, platform: { os: "linux", architecture } }],
	});
	const paths: Record<string, string | Buffer> = {
		[`/v2/${name}/manifests/${tag}`]: index,
		[`/v2/${name}/manifests/${manifestBlob.digest}`]: manifest,
		[`/v2/${name}/blobs/${configBlob.digest}`]: config,
		[`/v2/${name}/blobs/${layerBlob.digest}`]: layer,
	};
	return { paths, manifest: manifestBlob, config: configBlob, layer: layerBlob };
}

const answerFrom =
	(paths: Record<string, string | Buffer>): RequestListener =>
	({ url }, response) => {
		const body = paths[url ?? ""];
		if (body === undefined) response.writeHead(404).end();
		else response.end(body);
	};

function obtain(cache: string, registry: string, reference = `${host}/pause:3.10`): Promise<string> {
	return obtainImage({
		reference,
		toolchain: toolchainIn(cache),
		downloads: createDownloads({ stallMs: 500 }),
		registry,
	});
}

// Which way an archive came is seen in what its only layer holds.
function pauseIn(archive: string): string {
	const { dir, json, index } = unpack(archive);
	const [layer] = json(index.manifests[0].digest).layers;
	const file = join(dir, "blobs/sha256", layer.digest.replace("sha256:", ""));
	return execFileSync("tar", ["-xOf", file, "./pause"], { encoding: "utf8" });
}

describe("an image from a registry", () => {
	it("is the one for this machine's processor, blob by blob as the registry has it", async () => {
		const cache = testCache();
		const content = registryContent("pause", "3.10");
		const { url } = await serve(answerFrom(content.paths));
		const archive = await obtain(cache, url);
		const { dir, index } = unpack(archive);
		expect(index.manifests).toMatchObject([
			{ ...content.manifest, annotations: { "io.containerd.image.name": `${host}/pause:3.10` } },
		]);
		for (const blob of [content.manifest, content.config, content.layer]) {
			const bytes = readFileSync(join(dir, "blobs", ...blob.digest.split(":")));
			expect(`sha256:${digest("sha256", bytes)}`).toBe(blob.digest);
		}
		expect(pauseIn(archive)).toBe("the pulled pause");
	});

	it("is pulled once", async () => {
		const cache = testCache();
		const server = await serve(answerFrom(registryContent("pause", "3.10").paths));
		const first = await obtain(cache, server.url);
		const before = server.asked.length;
		expect(await obtain(cache, server.url)).toBe(first);
		expect(server.asked.length).toBe(before);
	});

	it("is pulled with an anonymous token where the registry wants one", async () => {
		const cache = testCache();
		const content = answerFrom(registryContent("team/pause", "3.10").paths);
		const server: { url: string; asked: string[] } = await serve((request, response) => {
			if (request.url === "/token?service=lab&scope=repository%3Ateam%2Fpause%3Apull") {
				response.end(JSON.stringify({ token: "anonymous" }));
			} else if (request.headers.authorization === "Bearer anonymous") {
				content(request, response);
			} else {
				const challenge = `Bearer realm="${server.url}/token",service="lab",scope="repository:team/pause:pull"`;
				response.writeHead(401, { "www-authenticate": challenge }).end();
			}
		});
		expect(pauseIn(await obtain(cache, server.url, `${host}/team/pause:3.10`))).toBe("the pulled pause");
	});
});

describe("an image is made from the toolchain within seconds", () => {
	const content = registryContentOnce();
	const broken = (path: string, body: string | Buffer) => answerFrom({ ...content().paths, [path]: body });
	const failures: { when: string; answer: () => RequestListener }[] = [
		{
			when: "a layer is not what its digest says",
			answer: () => broken(`/v2/pause/blobs/${content().layer.digest}`, tarball({ pause: "forged" })),
		},
		{
			when: "a manifest is not what its digest says",
			answer: () => broken(`/v2/pause/manifests/${content().manifest.digest}`, "{}"),
		},
		{ when: "the registry does not have it", answer: () => answerFrom({}) },
		{ when: "a page of a login portal answers", answer: () => (_, response) => response.end("<html>sign in</html>") },
		{ when: "the registry hangs", answer: () => () => {} },
	];
	it.each(failures)("when $when", async ({ answer }) => {
		const cache = testCache();
		const { url } = await serve(answer());
		const started = Date.now();
		expect(pauseIn(await obtain(cache, url))).toBe("the binary of pause");
		expect(Date.now() - started).toBeLessThan(4000);
	});

	it("when the registry refuses the connection", async () => {
		const cache = testCache();
		expect(pauseIn(await obtain(cache, await closedPort()))).toBe("the binary of pause");
	});
});

describe("an image made from the toolchain", () => {
	const made = (reference: string) => obtainImage({ reference, toolchain: toolchainIn(testCache()) });

	it("has the component where a static pod's command finds it, owned by root", async () => {
		const { dir, json, index } = unpack(await made("registry.k8s.io/kube-apiserver:v1.37.2"));
		expect(index.manifests[0].annotations["io.containerd.image.name"]).toBe("registry.k8s.io/kube-apiserver:v1.37.2");
		const { layers, config } = json(index.manifests[0].digest);
		expect(layers).toHaveLength(1);
		expect(listing(dir, layers[0].digest)).toContain("-rwxr-xr-x 0/0 ./usr/local/bin/kube-apiserver");
		expect(listing(dir, layers[0].digest)).toContain("drwxr-xr-x 0/0 ./");
		expect(json(config.digest).config.Env[0].slice("PATH=".length).split(":")).toContain("/usr/local/bin");
	});

	it("has a configuration, layers and a manifest of the digests and sizes they are named by", async () => {
		const { dir, json, index } = unpack(await made("registry.k8s.io/etcd:3.7.0-0"));
		const [manifest] = index.manifests;
		const { layers, config } = json(manifest.digest);
		for (const blob of [manifest, config, ...layers]) {
			const bytes = readFileSync(join(dir, "blobs", ...blob.digest.split(":")));
			expect(`sha256:${digest("sha256", bytes)}`).toBe(blob.digest);
			expect(bytes.length).toBe(blob.size);
		}
		expect(json(config.digest)).toMatchObject({
			architecture,
			os: "linux",
			rootfs: { type: "layers", diff_ids: layers.map((layer: { digest: string }) => layer.digest) },
		});
	});

	it.each([
		["registry.k8s.io/coredns/coredns:v1.14.6", ["/coredns"]],
		["registry.k8s.io/pause:3.10.2", ["/pause"]],
		["lab.local/web:1", ["/usr/local/bin/web"]],
	])("starts by itself where the pod names no command: %s", async (reference, entrypoint) => {
		const { dir, json, index } = unpack(await made(reference));
		const { layers, config } = json(index.manifests[0].digest);
		expect(json(config.digest).config.Entrypoint).toEqual(entrypoint);
		expect(listing(dir, layers[0].digest)).toContain(`-rwxr-xr-x 0/0 .${entrypoint[0]}`);
	});

	it("is the same archive again while its binaries are the same", async () => {
		const cache = testCache();
		const toolchain = toolchainIn(cache);
		const path = toolchain.path("pause");
		const fixed = { ...toolchain, path: () => path };
		const first = await obtainImage({ reference: "registry.k8s.io/pause:3.10.2", toolchain: fixed });
		expect(await obtainImage({ reference: "registry.k8s.io/pause:3.10.2", toolchain: fixed })).toBe(first);
		writeFileSync(path, "another binary");
		expect(await obtainImage({ reference: "registry.k8s.io/pause:3.10.2", toolchain: fixed })).not.toBe(first);
	});

	it("is refused by name when the lab has no recipe for it", async () => {
		await expect(made("registry.k8s.io/unheard-of:v1")).rejects.toThrow('Image "registry.k8s.io/unheard-of:v1"');
	});
});

// Built inside a test (it needs a folder of that test), once.
function registryContentOnce() {
	let content: ReturnType<typeof registryContent> | undefined;
	return () => {
		content ??= registryContent("pause", "3.10");
		return content;
	};
}
