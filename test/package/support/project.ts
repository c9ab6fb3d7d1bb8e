import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeMajor, PackageManager, Packed } from "./tools.ts";

/** A folder in which packages are installed, for programs of several kinds. */
export interface Installation {
	folder: string;
	remove(): Promise<void>;
}

/** Installs packages into an empty folder. */
export async function install(
	{ add }: Packed,
	{ manager, packages }: { manager: PackageManager; packages: string[] },
): Promise<Installation> {
	const folder = await emptyFolder();
	await writeFile(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true }));
	await add(manager, { cwd: folder, packages });
	return { folder, remove: () => rm(folder, { recursive: true }) };
}

export function emptyFolder(): Promise<string> {
	return mkdtemp(join(tmpdir(), "pulumi-kubeadm-project-"));
}

/** A Pulumi program and how it is run. */
export interface Program {
	/** The program's file, such as `index.ts`. */
	file: string;
	text: string;
	/** package.json's `type`. @default absent */
	type?: "module";
	/** Pulumi.yaml's `runtime.options`. @default none */
	options?: Record<string, unknown>;
}

/** Previews a program in a copy of an installation; gives what would be created as `StaticPodManifest lab-cp-1-etcd`. */
export async function previewCopy(
	packed: Packed,
	{ folder, program, node }: { folder: string; program: Program; node?: NodeMajor },
): Promise<string[]> {
	const copy = await emptyFolder();
	try {
		// Hard links: the copy is at another path, and costs no space.
		await packed.run(["cp", "-al", `${folder}/.`, copy], { cwd: copy });
		await rm(join(copy, "package.json"));
		const { file, text, type, options } = program;
		await writeFile(join(copy, "package.json"), JSON.stringify({ name: "lab", main: file, ...(type && { type }) }));
		await writeFile(
			join(copy, "Pulumi.yaml"),
			JSON.stringify({ name: "lab", runtime: { name: "nodejs", ...(options && { options }) } }),
		);
		await writeFile(join(copy, file), text);
		return await preview(packed, { cwd: copy, ...(node && { node }) });
	} finally {
		await rm(copy, { recursive: true });
	}
}

/** Previews the program of a folder that has a Pulumi.yaml, in a new stack. Fails where the preview does. */
async function preview({ run }: Packed, { cwd, node }: { cwd: string; node?: NodeMajor }): Promise<string[]> {
	const env = await pulumiEnvironment(cwd);
	const options = { cwd, env, ...(node && { node }) };
	await run(["pulumi", "stack", "init", "dev", "--non-interactive"], options);
	const { steps } = JSON.parse(await run(["pulumi", "preview", "--json", "--non-interactive"], options)) as {
		steps: { op: string; urn: string }[];
	};
	return steps.filter(({ op }) => op === "create").map(({ urn }) => nameOf(urn));
}

/** Environment of a project whose backend and Pulumi home are in its own folder. */
export async function pulumiEnvironment(project: string): Promise<Record<string, string>> {
	const home = join(project, ".pulumi-home");
	await mkdir(home);
	return {
		PULUMI_BACKEND_URL: `file://${home}`,
		PULUMI_HOME: home,
		PULUMI_CONFIG_PASSPHRASE: "for a test",
		PULUMI_SKIP_UPDATE_CHECK: "true",
	};
}

/** `urn:pulumi:dev::lab::…$pulumi-nodejs:dynamic/kubeadm:Gate::lab-cp-1-gate` as `Gate lab-cp-1-gate`. */
function nameOf(urn: string): string {
	const [type = "", name] = urn.split("::").slice(2);
	return `${type.split(":").at(-1)} ${name}`;
}
