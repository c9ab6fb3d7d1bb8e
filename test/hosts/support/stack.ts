import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";

/** A Pulumi stack of a test program, with its backend in a folder of its own. */
export interface TestStack {
	/** Sets what the program reads as `test:program`. */
	configure(program: object): Promise<void>;
	/** `pulumi up`. Throws with the engine's output when it fails. */
	up(options?: { refresh?: boolean }): Promise<Outcome>;
	/** `pulumi preview`, with `--diff`. */
	preview(options?: { refresh?: boolean }): Promise<Outcome>;
	/** `pulumi refresh`. */
	refresh(): Promise<Outcome>;
	/** `pulumi destroy`, with variables in its environment. */
	destroy(options?: { env?: Record<string, string> }): Promise<Outcome>;
	/** The program's outputs, secrets in clear. */
	outputs(): Promise<Record<string, any>>;
	/** The stack's state as stored, decrypted. */
	state(): Promise<any>;
	/** Removes the backend; what the stack made is left alone. */
	remove(): Promise<void>;
}

/** What an operation did. */
export interface Outcome {
	/** All that was printed. */
	text: string;
	/** The resources that it touched, or would, as `update StaticPodManifest test-cp-1-kube-apiserver`. */
	changes: string[];
	/** Seconds. */
	duration: number;
}

/** @param program folder under test/hosts/programs */
export async function testStack(program: string): Promise<TestStack> {
	const folder = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-test-"));
	for (const part of ["backend", "project"]) await mkdir(join(folder, part));
	const main = join(import.meta.dirname, "../programs", program);
	const project = { name: "test", main, runtime: { name: "nodejs", options: { typescript: false } } };
	await writeFile(join(folder, "project/Pulumi.yaml"), JSON.stringify(project));
	const stack = await LocalWorkspace.createStack(
		{ stackName: "test", workDir: join(folder, "project") },
		{
			envVars: {
				PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
				PULUMI_CONFIG_PASSPHRASE: randomBytes(12).toString("hex"),
				PULUMI_HOME: join(folder, "home"),
				PULUMI_SKIP_UPDATE_CHECK: "true",
			},
		},
	);
	return {
		configure: (object) => stack.setConfig("test:program", { value: JSON.stringify(object) }),
		up: ({ refresh = false } = {}) => operation(stack, (options) => stack.up({ ...options, refresh })),
		preview: ({ refresh = false } = {}) =>
			operation(stack, (options) => stack.preview({ ...options, refresh, diff: true })),
		refresh: () => operation(stack, (options) => stack.refresh(options)),
		destroy: async ({ env = {} } = {}) => {
			Object.assign(stack.workspace.envVars, env);
			try {
				return await operation(stack, (options) => stack.destroy(options));
			} finally {
				for (const name of Object.keys(env)) delete stack.workspace.envVars[name];
			}
		},
		outputs: async () =>
			Object.fromEntries(Object.entries(await stack.outputs()).map(([name, { value }]) => [name, value])),
		state: async () => (await stack.workspace.exportStack("test")).deployment,
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}

interface Options {
	onOutput: (text: string) => void;
	onError: (text: string) => void;
	onEvent: (event: EngineEvent) => void;
	color: "never";
	suppressProgress: true;
}

async function operation(stack: Stack, run: (options: Options) => Promise<unknown>): Promise<Outcome> {
	const began = performance.now();
	let text = "";
	const changes: string[] = [];
	const keep = (printed: string) => {
		text += printed;
	};
	const onEvent = (event: EngineEvent) => {
		const metadata = event.resourcePreEvent?.metadata;
		if (!metadata || ["same", "read", "refresh"].includes(metadata.op)) return;
		const [type, name] = metadata.urn.split("::").slice(2) as [string, string];
		if (/^pulumi:(providers|pulumi)/.test(type)) return;
		changes.push(`${metadata.op} ${type.split(":").at(-1)} ${name}`);
	};
	try {
		await run({ onOutput: keep, onError: keep, onEvent, color: "never", suppressProgress: true });
	} catch (error) {
		throw new Error(`${stack.name}: ${text || (error as Error).message}`);
	}
	return { text, changes, duration: (performance.now() - began) / 1000 };
}
