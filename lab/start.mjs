// Runs a TypeScript file of this project with the Node.js that the project asks for, on a machine that has any from 20
// on: installs what package-lock.json names if it is not there yet. Usage: node lab/start.mjs FILE [ARG ...]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { ownHosts, refusal } from "./hosts/refusal.mjs";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules/.bin");
const installed = join(root, "node_modules/.package-lock.json");
const lock = join(root, "package-lock.json");

// The quickstart is nothing without hosts: what stands in their way is said before the dependencies are installed.
const reason = process.argv[2] === "lab/quickstart.ts" ? refusal() : undefined;
if (reason) {
	console.error(`${reason}\n${ownHosts}`);
	process.exit(1);
}

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs - 1000) {
	console.error("Installing the dependencies ...");
	// Not `npm ci`: it refuses a lock file without the binaries of platforms that a mirror does not carry.
	const { status } = spawnSync("npm", ["install", "--no-save", "--no-fund", "--no-audit", "--loglevel=error"], {
		cwd: root,
		stdio: ["ignore", "inherit", "inherit"],
	});
	if (status !== 0) process.exit(status ?? 1);
}

const child = spawn(join(bin, "node"), process.argv.slice(2), {
	cwd: root,
	stdio: "inherit",
	env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
});
// A terminal sends Ctrl-C to both; the child cleans up, and this waits for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
