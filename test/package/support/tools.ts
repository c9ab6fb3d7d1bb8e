import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

export type PackageManager = "npm" | "pnpm" | "yarn";

/** What each package manager is run with, and what a project needs for it. Dependencies' install scripts are never needed. */
const managers: Record<PackageManager, { add: (bin: string) => string[]; files?: Record<string, string> }> = {
	npm: { add: () => ["npm", "install", "--ignore-scripts"] },
	pnpm: { add: (bin) => [join(bin, "pnpm"), "add", "--ignore-scripts"] },
	yarn: {
		add: (bin) => [join(bin, "yarn"), "add"],
		files: { ".yarnrc.yml": "nodeLinker: node-modules\nenableTelemetry: false\n", "yarn.lock": "" },
	},
};

/** The packed package, and the tools that install and run it. */
export interface Packed {
	/** Path of the tarball that `npm pack` made. */
	tarball: string;
	/** Runs a command line. Throws with everything it printed when it fails. */
	run(words: string[], options: { cwd: string; node?: NodeMajor; env?: Record<string, string> }): Promise<string>;
	/** Installs packages into a project's folder, which exists. */
	add(manager: PackageManager, options: { cwd: string; packages: string[] }): Promise<void>;
	/** Removes the tarball and the tools. */
	remove(): Promise<void>;
}

export type NodeMajor = "22" | "24";

/** Packs dist/ and docs/ as they are, and installs pnpm, yarn and Node.js 24 into a temporary folder. */
export async function packed(): Promise<Packed> {
	const folder = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-package-"));
	const bin = join(folder, "node_modules/.bin");
	const newerNode = join(folder, "node_modules/node/bin");
	const run: Packed["run"] = async (words, { cwd, node = "22", env = {} }) => {
		const path = [...(node === "24" ? [newerNode] : []), process.env["PATH"]].join(delimiter);
		const [file = "", ...rest] = words;
		const options = { cwd, env: { ...process.env, ...env, PATH: path }, maxBuffer: 2 ** 26 };
		try {
			return (await promisify(execFile)(file, rest, options)).stdout;
		} catch (error) {
			const { stdout, stderr } = error as { stdout: string; stderr: string };
			throw new Error(`${words.join(" ")} failed\n${stdout}${stderr}`);
		}
	};
	await run(["npm", "pack", "--ignore-scripts", "--pack-destination", folder], { cwd: process.cwd() });
	await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
	await run(["npm", "install", "pnpm@12", "@yarnpkg/cli-dist@4", "node@24"], { cwd: folder });
	const newer = await run(["node", "--version"], { cwd: folder, node: "24" });
	if (!newer.startsWith("v24.")) throw new Error(`node@24: expected v24 at the front of PATH, got ${newer}`);
	// yarn reads no .npmrc.
	const registry = (await run(["npm", "config", "get", "registry"], { cwd: folder })).trim();
	return {
		tarball: join(folder, `pulumi-kubeadm-${await version()}.tgz`),
		run,
		async add(manager, { cwd, packages }) {
			const { add, files = {} } = managers[manager];
			for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
			await run([...add(bin), ...packages], { cwd, env: { YARN_NPM_REGISTRY_SERVER: registry } });
		},
		remove: () => rm(folder, { recursive: true }),
	};
}

async function version(): Promise<string> {
	return JSON.parse(await readFile("package.json", "utf8")).version;
}
