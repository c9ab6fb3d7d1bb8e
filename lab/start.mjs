// Runs a TypeScript file of this project with the Node.js release that the project depends on. The machine's own Node.js
// may be any from 20 on. Runs `npm ci` first where node_modules is absent or older than package-lock.json.
// Usage: node lab/start.mjs FILE [ARG ...]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { ownHosts, refusal } from "./hosts/refusal.mjs";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules/.bin");
const installed = join(root, "node_modules/.package-lock.json");
const lock = join(root, "package-lock.json");

// The quickstart needs local hosts. A machine that cannot have them is told so before the dependencies are installed.
const reason = process.argv[2] === "lab/quickstart.ts" ? refusal() : undefined;
if (reason) {
	console.error(`${reason}\n${ownHosts}`);
	process.exit(1);
}

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs - 1000) {
	console.error("Installing the dependencies ...");
	const { status } = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
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
// A terminal sends Ctrl-C to both processes. The child cleans up; this process waits for the child to end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
