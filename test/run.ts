// Runs the named parts of the tests and prints one closing line: N passed, N failed, N skipped.
// Usage: node lab/start.mjs test/run.ts [check] [unit] [hosts] [soak]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostTools } from "../lab/hosts/tree.ts";
import { ensureImages } from "../lab/images/index.ts";
import { ensureRequirements } from "../lab/index.ts";
import { say } from "../lab/progress.ts";
import { ensureToolchain } from "../lab/toolchain/index.ts";

interface Count {
	passed: number;
	failed: number;
	skipped: number;
}

/** What the tests of the SSH layer run on this machine itself, by program: servers, login shells, tools. */
const forSsh = {
	sshd: "openssh-server",
	sudo: "sudo",
	busybox: "busybox",
	tcsh: "tcsh",
	fish: "fish",
	zsh: "zsh",
	openssl: "openssl",
};

/** Each part: what it needs on the machine first, and what it runs. */
const parts: Record<string, () => Promise<Count[]>> = {
	check: () => inTurn(["build", "lint", "types", "layers", "unused"].map((script) => () => npmScript(script))),
	unit: async () => [await vitest("unit")],
	hosts: async () => {
		await prepareHosts();
		return [await vitest("hosts")];
	},
	soak: async () => {
		await prepareHosts();
		// The programs of an older release take longer to be built than a test may wait.
		for (const kubernetes of ["1.34", "1.36"] as const)
			await ensureImages(await ensureToolchain({ tools: hostTools, kubernetes }));
		return [await vitest("soak")];
	},
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in parts));
if (names.length === 0 || unknown.length > 0) {
	throw new Error(`expected one or more of ${Object.keys(parts).join(", ")}, got ${unknown.join(", ") || "nothing"}`);
}
const counts: Count[] = [];
for (const name of names) counts.push(...(await part(name)));
const total = (kind: keyof Count) => counts.reduce((sum, count) => sum + count[kind], 0);
console.log(`${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
process.exitCode = total("failed") === 0 && total("passed") > 0 ? 0 : 1;

/** A part that cannot even begin has failed. */
async function part(name: string): Promise<Count[]> {
	const began = Date.now();
	say(`== ${name}`);
	try {
		return await parts[name]!();
	} catch (error) {
		console.error(`${name}: ${(error as Error).message}`);
		return [{ passed: 0, failed: 1, skipped: 0 }];
	} finally {
		say(`== ${name}: ${Math.round((Date.now() - began) / 1000)} s`);
	}
}

async function prepareHosts(): Promise<void> {
	// The programs that are run on hosts import the package as its users do.
	if ((await run("npm", ["run", "-s", "build"])) !== 0) throw new Error("npm run build failed");
	await ensureRequirements(forSsh);
	await ensureImages(await ensureToolchain());
}

async function npmScript(name: string): Promise<Count> {
	const code = await run("npm", ["run", "-s", name]);
	if (code !== 0) console.error(`npm run ${name}: exit code ${code}`);
	return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** What Vitest's JSON report says, as far as it is counted. */
interface Report {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	testResults: { status: string; name: string; assertionResults: { status: string; fullName: string }[] }[];
}

async function vitest(project: string): Promise<Count> {
	const folder = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-report-"));
	try {
		const file = join(folder, "report.json");
		const reporters = ["--reporter=verbose", "--reporter=json", `--outputFile.json=${file}`];
		const code = await run("vitest", ["run", "--project", project, ...reporters]);
		const report = JSON.parse(await readFile(file, "utf8")) as Report;
		for (const { assertionResults } of report.testResults) {
			for (const { status, fullName } of assertionResults)
				if (status !== "passed" && status !== "failed") say(`${status}: ${fullName}`);
		}
		// A file that fails outside its tests has no failed test.
		const broken = report.testResults.filter(
			({ status, assertionResults }) =>
				status === "failed" && !assertionResults.some((test) => test.status === "failed"),
		);
		for (const { name } of broken) console.error(`failed outside its tests: ${name}`);
		const failed = report.numFailedTests + broken.length;
		const skipped = report.numPendingTests + report.numTodoTests;
		return { passed: report.numPassedTests, failed: code !== 0 ? Math.max(failed, 1) : failed, skipped };
	} finally {
		await rm(folder, { recursive: true });
	}
}

async function inTurn<T>(steps: (() => Promise<T>)[]): Promise<T[]> {
	const results: T[] = [];
	for (const step of steps) results.push(await step());
	return results;
}

async function run(command: string, args: string[]): Promise<number> {
	const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
	const stop = (signal: NodeJS.Signals) => child.kill(signal);
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
	const [code] = (await once(child, "exit")) as [number | null];
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
	return code ?? 1;
}
