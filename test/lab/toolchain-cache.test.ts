import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { publishOnce } from "../../lab/cache.ts";
import { testCache, testFolder } from "./toolchain-server.ts";

const cacheModule = join(import.meta.dirname, "../../lab/cache.ts");

// A second run: another process, with the cache of this test.
function otherRun(build: string) {
	const script = join(testFolder(), "run.mts");
	writeFileSync(
		script,
		`import { appendFile, writeFile } from "node:fs/promises";
import { publishOnce } from ${JSON.stringify(cacheModule)};
await publishOnce("things/one", async (dir) => { ${build} });
`,
	);
	return spawn(process.execPath, ["--no-warnings", script], { stdio: ["ignore", "pipe", "inherit"] });
}

describe("a folder of the cache", () => {
	it("is built once and found from then on", async () => {
		testCache();
		const dir = await publishOnce("things/one", async (staging) => writeFileSync(join(staging, "file"), "first"));
		await publishOnce("things/one", async () => {
			throw new Error("built again");
		});
		expect(readFileSync(join(dir, "file"), "utf8")).toBe("first");
	});

	it("is not there when its build failed, and nothing half-made is left", async () => {
		const cache = testCache();
		const failed = publishOnce("things/one", async (staging) => {
			writeFileSync(join(staging, "half"), "");
			throw new Error("no space");
		});
		await expect(failed).rejects.toThrow("no space");
		expect(readdirSync(join(cache, "things"))).toEqual([]);
	});

	it("is not there when its build was killed, and the next run cleans up and builds it", {
		timeout: 30_000,
	}, async () => {
		const cache = testCache();
		const killed = otherRun(
			`await writeFile(dir + "/half", ""); console.log("building"); await new Promise((r) => setTimeout(r, 60_000));`,
		);
		await once(killed.stdout, "data");
		killed.kill("SIGKILL");
		await once(killed, "exit");
		expect(existsSync(join(cache, "things/one"))).toBe(false);
		expect(readdirSync(join(cache, "things"))).toHaveLength(1);
		const dir = await publishOnce("things/one", async (staging) => writeFileSync(join(staging, "file"), "whole"));
		expect(readdirSync(join(cache, "things"))).toEqual(["one"]);
		expect(readdirSync(dir)).toEqual(["file"]);
	});

	it("is built by one of several runs that want it at once", { timeout: 30_000 }, async () => {
		testCache();
		const log = join(testFolder(), "log");
		const build = `await appendFile(${JSON.stringify(log)}, "built\\n"); await new Promise((r) => setTimeout(r, 700));`;
		const runs = [otherRun(build), otherRun(build), otherRun(build)];
		const codes = await Promise.all(runs.map(async (run) => (await once(run, "exit"))[0]));
		expect(codes).toEqual([0, 0, 0]);
		expect(readFileSync(log, "utf8")).toBe("built\n");
	});
});
