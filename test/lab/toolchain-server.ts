import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A server on loopback for the length of one test, and what it was asked. */
export async function serve(answer: RequestListener): Promise<{ url: string; asked: string[] }> {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(request.url ?? "");
		answer(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.close();
		server.closeAllConnections();
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** The address of a port that nobody listens on. */
export async function closedPort(): Promise<string> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return `http://127.0.0.1:${port}`;
}

/** A folder of its own for one test. */
export function testFolder(): string {
	const dir = mkdtempSync(join(tmpdir(), "kubeadm-lab-"));
	onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
	return dir;
}

/** A cache of its own for one test. */
export function testCache(): string {
	const before = process.env["XDG_CACHE_HOME"];
	const dir = testFolder();
	process.env["XDG_CACHE_HOME"] = dir;
	onTestFinished(() => {
		if (before === undefined) delete process.env["XDG_CACHE_HOME"];
		else process.env["XDG_CACHE_HOME"] = before;
	});
	return join(dir, "pulumi-kubeadm");
}

/** A gzipped tar with these files, as a release has it. */
export function tarball(files: Record<string, string>): Buffer {
	const dir = testFolder();
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(dir, name)), { recursive: true });
		writeFileSync(join(dir, name), text);
		chmodSync(join(dir, name), 0o755);
	}
	return execFileSync("tar", ["-czf", "-", "-C", dir, "."]);
}

export function digest(algorithm: "sha256" | "sha512", content: string | Buffer): string {
	return createHash(algorithm).update(content).digest("hex");
}
