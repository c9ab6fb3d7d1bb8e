import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fromPath } from "../../lab/toolchain/from-path.ts";
import { type Tool, toolsOf } from "../../lab/toolchain/tools.ts";
import { testCache, testFolder } from "./toolchain-server.ts";

function tool(name: string): Tool {
	const found = toolsOf().find((each) => each.name === name);
	if (!found) throw new Error(`no tool ${name}`);
	return found;
}

function onPath(dir: string): string {
	const before = process.env["PATH"];
	process.env["PATH"] = `${dir}:/usr/bin:/bin`;
	onTestFinished(() => {
		process.env["PATH"] = before;
	});
	return dir;
}

function script(dir: string, name: string, prints: string): string {
	const file = join(dir, name);
	writeFileSync(file, `#!/bin/sh\necho "${prints}"\n`);
	chmodSync(file, 0o755);
	return file;
}

// Answers with its argument, so that the version it claims is the test's choice.
const echo: Tool = {
	name: "crictl",
	version: "1.36.0",
	binaries: ["crictl"],
	folder: "bin",
	onPath: { ask: { crictl: ["1.36.0"] }, fits: "exact" },
	go: [],
};

describe("a tool on PATH", () => {
	it.each([
		["kubectl", "Client Version: v1.37.9"],
		["kubectl", "Client Version: v1.37.0"],
	] as const)("serves this machine when its version fits: %s, %s", async (name, prints) => {
		const file = script(onPath(testFolder()), name, prints);
		expect(await fromPath(tool(name))).toEqual(new Map([[name, file]]));
	});

	it.each([
		["kubectl", "Client Version: v1.32.4", "is 1.32.4, expected 1.37.2 (same minor)"],
		["crictl", "crictl version v1.35.0", "is 1.35.0, expected 1.36.0"],
		["crictl", "what?", "is no version, expected 1.36.0"],
	] as const)("is refused for its version: %s, %s", async (name, prints, reason) => {
		const file = script(onPath(testFolder()), name, prints);
		await expect(fromPath(tool(name))).rejects.toThrow(`${file} ${reason}`);
	});

	it.each([
		["v3.259.0", true],
		["v3.260.1", true],
		["v4.0.0", false],
		["v3.258.9", false],
	])("may be a newer Pulumi of the same major version: %s, %s", async (version, fits) => {
		const dir = onPath(testFolder());
		for (const name of tool("pulumi").binaries) script(dir, name, version);
		const found = await fromPath(tool("pulumi")).then(
			() => true,
			() => false,
		);
		expect(found).toBe(fits);
	});

	it("is refused when a binary that belongs to it is missing", async () => {
		script(onPath(testFolder()), "pulumi", "v3.259.0");
		await expect(fromPath(tool("pulumi"))).rejects.toThrow("pulumi-language-nodejs is not on PATH");
	});

	it("is refused for hosts and images when it needs a dynamic linker", async () => {
		const file = join(onPath(testFolder()), "crictl");
		copyFileSync("/usr/bin/printf", file);
		await expect(fromPath(echo)).rejects.toThrow(`${file} is not statically linked`);
	});

	it("serves hosts and images when it is statically linked", { timeout: 120_000 }, async () => {
		const work = testFolder();
		const source = join(work, "main.go");
		writeFileSync(source, 'package main\n\nimport "os"\n\nfunc main() { os.Stdout.WriteString(os.Args[1]) }\n');
		const dir = testFolder();
		const file = join(dir, "crictl");
		execFileSync("go", ["build", "-trimpath", "-o", file, source], {
			cwd: work,
			env: { ...process.env, CGO_ENABLED: "0" },
		});
		onPath(dir);
		expect(await fromPath(echo)).toEqual(new Map([["crictl", file]]));
	});

	it("is not what the lab itself put there", async () => {
		const cache = testCache();
		mkdirSync(join(cache, "bin"), { recursive: true });
		script(onPath(join(cache, "bin")), "crictl", "1.36.0");
		await expect(fromPath(tool("crictl"))).rejects.toThrow("crictl is not on PATH");
	});
});
