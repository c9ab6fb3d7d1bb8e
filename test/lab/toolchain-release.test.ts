import { readFileSync, statSync } from "node:fs";
import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { createDownloads } from "../../lab/toolchain/downloads.ts";
import { obtain } from "../../lab/toolchain/index.ts";
import { type Tool, toolsOf } from "../../lab/toolchain/tools.ts";
import { closedPort, digest, serve, tarball, testCache } from "./toolchain-server.ts";

const arch = process.arch === "x64" ? "amd64" : process.arch;
const kubelet = `/dl.k8s.io/release/v1.37.2/bin/linux/${arch}/kubelet`;
const content = "the released binary".repeat(10_000);

// The next way is a script, so that no test here compiles anything.
function tool(name: string): Tool {
	const found = toolsOf().find((each) => each.name === name);
	if (!found) throw new Error(`no tool ${name}`);
	const scripts = Object.fromEntries(found.binaries.map((binary) => [binary, "made the next way"]));
	return { ...found, onPath: undefined, go: [{ packages: {}, scripts }] };
}

async function got(name: string, mirror: string): Promise<Record<string, string>> {
	const files = await obtain(tool(name), createDownloads({ mirror, stallMs: 500 }));
	return Object.fromEntries([...files].map(([binary, file]) => [binary, readFileSync(file, "utf8")]));
}

function listener(files: Record<string, string | Buffer>): RequestListener {
	return ({ url }, response) => {
		const body = files[url ?? ""];
		if (body === undefined) response.writeHead(404).end("not found");
		else response.end(body);
	};
}

describe("a tool from its official release", () => {
	it("is downloaded and made executable when its published checksum is right", async () => {
		testCache();
		const { url } = await serve(listener({ [kubelet]: content, [`${kubelet}.sha256`]: digest("sha256", content) }));
		const files = await obtain(tool("kubelet"), createDownloads({ mirror: url }));
		expect(readFileSync(files.get("kubelet") ?? "", "utf8")).toBe(content);
		expect(statSync(files.get("kubelet") ?? "").mode & 0o777).toBe(0o755);
	});

	it.each([
		["kubelet", `/dl.k8s.io/release/v1.34.4/bin/linux/${arch}/kubelet`],
		["etcd", `/github.com/etcd-io/etcd/releases/download/v3.6.5/etcd-v3.6.5-linux-${arch}.tar.gz`],
		["coredns", `/github.com/coredns/coredns/releases/download/v1.12.1/coredns_1.12.1_linux_${arch}.tgz`],
	])("is that which goes with the minor release that is asked for: %s", (name, path) => {
		expect(toolsOf("1.34").find((each) => each.name === name)?.release?.file).toBe(`https:/${path}`);
	});

	it("is not downloaded twice", async () => {
		testCache();
		const server = await serve(listener({ [kubelet]: content, [`${kubelet}.sha256`]: digest("sha256", content) }));
		await got("kubelet", server.url);
		const before = server.asked.length;
		expect(await got("kubelet", server.url)).toEqual({ kubelet: content });
		expect(server.asked.length).toBe(before);
	});

	const github = "/github.com";
	const archives = [
		{
			name: "etcd",
			file: `${github}/etcd-io/etcd/releases/download/v3.7.0/etcd-v3.7.0-linux-${arch}.tar.gz`,
			list: `${github}/etcd-io/etcd/releases/download/v3.7.0/SHA256SUMS`,
			folder: `etcd-v3.7.0-linux-${arch}/`,
			binaries: ["etcd", "etcdctl"],
			line: (sum: string, file: string) => `${"0".repeat(64)}  other.zip\n${sum}  ${file}\n`,
		},
		{
			name: "cni-plugins",
			file: `${github}/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-${arch}-v1.9.1.tgz`,
			folder: "",
			binaries: ["bridge", "host-local", "loopback", "portmap"],
			line: (sum: string, file: string) => `${sum}  ${file}\n`,
		},
		{
			name: "crictl",
			file: `${github}/kubernetes-sigs/cri-tools/releases/download/v1.36.0/crictl-v1.36.0-linux-${arch}.tar.gz`,
			folder: "",
			binaries: ["crictl"],
			line: (sum: string) => `${sum}\n`,
		},
		{
			name: "coredns",
			file: `${github}/coredns/coredns/releases/download/v1.14.6/coredns_1.14.6_linux_${arch}.tgz`,
			folder: "",
			binaries: ["coredns"],
			line: (sum: string, file: string) => `${sum}  release/${file}\n`,
		},
		{
			name: "pulumi",
			file: `${github}/pulumi/pulumi/releases/download/v3.259.0/pulumi-v3.259.0-linux-${process.arch}.tar.gz`,
			list: `${github}/pulumi/pulumi/releases/download/v3.259.0/SHA512SUMS`,
			folder: "pulumi/",
			binaries: ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
			algorithm: "sha512" as const,
			line: (sum: string, file: string) => `${sum}  ${file}\n`,
		},
	];
	it.each(archives)("is unpacked from the archive of $name", async (archive) => {
		testCache();
		const wanted = Object.fromEntries(archive.binaries.map((binary) => [binary, `released ${binary}`]));
		const packed = tarball(
			Object.fromEntries(archive.binaries.map((binary) => [`${archive.folder}${binary}`, `released ${binary}`])),
		);
		const sum = digest(archive.algorithm ?? "sha256", packed);
		const list = archive.list ?? `${archive.file}.sha256`;
		const name = archive.file.slice(archive.file.lastIndexOf("/") + 1);
		const { url } = await serve(listener({ [archive.file]: packed, [list]: archive.line(sum, name) }));
		expect(await got(archive.name, url)).toEqual(wanted);
	});
});

describe("the next way to a tool is taken within seconds", () => {
	const sum = digest("sha256", content);
	const right = `${kubelet}.sha256`;
	const failures: { when: string; answer: RequestListener }[] = [
		{ when: "the checksum is wrong", answer: listener({ [kubelet]: `${content}!`, [right]: sum }) },
		{ when: "no checksum is published", answer: listener({ [kubelet]: content }) },
		{ when: "a page of a login portal answers", answer: (_, response) => response.end("<html>sign in</html>") },
		{ when: "the server hangs before it answers", answer: () => {} },
		{
			when: "the server hangs in the middle of the file",
			answer: ({ url }, response) => {
				if (url === right) response.end(sum);
				else response.writeHead(200, { "content-length": content.length }).write(content.slice(0, 1000));
			},
		},
		{
			when: "the connection is cut off in the middle of the file",
			answer: ({ url }, response) => {
				if (url === right) return response.end(sum);
				response.writeHead(200, { "content-length": content.length });
				return response.write(content.slice(0, 1000), () => response.destroy());
			},
		},
	];
	it.each(failures)("when $when", async ({ answer }) => {
		testCache();
		const { url } = await serve(answer);
		const started = Date.now();
		expect(await got("kubelet", url)).toEqual({ kubelet: "made the next way" });
		expect(Date.now() - started).toBeLessThan(3000);
	});

	it("when the connection is refused", async () => {
		testCache();
		expect(await got("kubelet", await closedPort())).toEqual({ kubelet: "made the next way" });
	});

	it("without waiting again for a host that did not answer", async () => {
		testCache();
		const server = await serve(() => {});
		const downloads = createDownloads({ mirror: server.url, stallMs: 500 });
		await obtain(tool("kubelet"), downloads);
		const started = Date.now();
		await obtain(tool("kubeadm"), downloads);
		expect(Date.now() - started).toBeLessThan(400);
		expect(server.asked).toHaveLength(1);
	});

	it("and when no way is left the error names each with its reason", async () => {
		testCache();
		const { url } = await serve(listener({}));
		const nothing = {
			...tool("kubelet"),
			onPath: { ask: {}, fits: "exact" as const },
			go: [{ packages: { kubelet: "pause" } }],
		};
		const path = process.env["PATH"];
		process.env["PATH"] = "/usr/lib/systemd:/bin";
		const failed = obtain({ ...nothing, binaries: ["kubelet"] }, createDownloads({ mirror: url }));
		await expect(failed.finally(() => (process.env["PATH"] = path))).rejects.toThrow(
			/^kubelet 1\.37\.2: not available\n {2}PATH: kubelet is not on PATH\n {2}release: .*answered 404.*\n {2}Go: .*install it from/s,
		);
	});
});
