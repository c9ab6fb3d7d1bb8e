import { createHash } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publishOnce } from "../cache.ts";
import { run } from "./run.ts";
import type { GoBuild, Tool } from "./tools.ts";
import { Unavailable } from "./unavailable.ts";

const goVersion = "1.26.0";
const sources = join(import.meta.dirname, "go");
const env = () => ({ ...process.env, CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false", GOWORK: "off" });

type Report = (note: string) => void;

/** Builds a tool's binaries into `dir`, from Go modules at pinned versions. */
export async function fromGo(tool: Tool, dir: string, report: Report): Promise<void> {
	for (const build of tool.go) {
		const packages = Object.entries(build.packages);
		if (packages.length > 0) await checkGo(dir);
		for (const [binary, path] of packages) {
			report(`go build ${path}`);
			const cwd = build.module ? await wrapperModule(build.module, report) : join(sources, path);
			const target = build.module ? path : "main.go";
			const ldflags = `-s -w ${build.ldflags ?? ""}`;
			await go(["build", "-trimpath", "-ldflags", ldflags, "-o", join(dir, binary), target], { cwd, report });
		}
		for (const [name, text] of Object.entries(build.scripts ?? {})) {
			await writeFile(join(dir, name), text);
			await chmod(join(dir, name), 0o755);
		}
	}
}

/** Returns this project's own sources of a tool, for the cache's key. */
export async function ownSources(tool: Tool): Promise<string[]> {
	const folders = tool.go.filter((build) => !build.module).flatMap((build) => Object.values(build.packages));
	return Promise.all(folders.map((folder) => readFile(join(sources, folder, "main.go"), "utf8")));
}

// A module that only requires another: packages are built with the versions that their own module requires.
async function wrapperModule(module: NonNullable<GoBuild["module"]>, report: Report): Promise<string> {
	const digest = createHash("sha256")
		.update(JSON.stringify([module, goVersion]))
		.digest("hex")
		.slice(0, 12);
	return publishOnce(`go-modules/${module.name}-${digest}`, async (cwd) => {
		const replaced = module.stagingOf ? await stagingModules(module.stagingOf, { cwd, report }) : "";
		await writeFile(join(cwd, "go.mod"), `module lab\n\ngo ${goVersion}\n${replaced}`);
		// Without a version, go would take the newest one.
		const version = module.stagingOf?.split("@")[1];
		for (const path of module.get) await go(["get", version ? `${path}@${version}` : path], { cwd, report });
	});
}

// Kubernetes takes its libraries from folders of its repository. They are published as modules with major version 0.
async function stagingModules(module: string, where: { cwd: string; report: Report }): Promise<string> {
	const [path, version] = module.split("@") as [string, string];
	const { GoMod } = JSON.parse(await go(["mod", "download", "-json", module], where)) as { GoMod: string };
	const goMod = await readFile(GoMod, "utf8");
	const names = goMod.matchAll(/^\s*(\S+) => \.\/staging\//gm);
	const lines = [...names].map(([, name]) => `\t${name} => ${name} ${version.replace("v1.", "v0.")}`);
	// Go's behavior for that release. Go ignores `godebug` lines of required modules, so this module repeats them.
	const [debug = ""] = goMod.match(/^godebug .*$/m) ?? [];
	return `${debug}\n\nrequire ${path} ${version}\n\nreplace (\n${lines.join("\n")}\n)\n`;
}

async function checkGo(cwd: string): Promise<void> {
	const needed = goVersion.split(".").map(Number) as [number, number];
	const install = `Go ${needed[0]}.${needed[1]} or newer is needed: install it from https://go.dev/dl and put its bin folder on PATH`;
	const answer = await go(["env", "GOVERSION", "GOTOOLCHAIN"], { cwd }).catch((cause) => {
		throw new Unavailable(`go could not be run; ${install}`, { cause });
	});
	const [version = "", toolchain = ""] = answer.split("\n");
	const [major = 0, minor = 0] = version.replace("go", "").split(".").map(Number);
	const enough = major > needed[0] || (major === needed[0] && minor >= needed[1]);
	// With "auto", go downloads the version that a module asks for.
	if (!enough && !toolchain.startsWith("auto")) throw new Unavailable(`go is ${version}; ${install}`);
}

function go(args: string[], where: { cwd: string; report?: Report }): Promise<string> {
	return run("go", args, { ...where, env: env() });
}
