import { type ExecFileException, execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { until } from "../../../lab/index.ts";
import { inTerminal, type Shown } from "./terminal.ts";

/** A Pulumi stack of a test program, with its backend in a folder of its own. */
export interface TestStack {
	/** PULUMI_HOME of the stack's processes. */
	readonly home: string;
	/** Sets what the program reads as `test:program`. */
	configure(program: object): Promise<void>;
	/** `pulumi up`, with more words on its command line and variables in its environment. Throws with the engine's output when it fails. */
	up(options?: { refresh?: boolean; words?: string[]; env?: Record<string, string> }): Promise<Outcome>;
	/** `pulumi preview`, with `--diff`. */
	preview(options?: { refresh?: boolean }): Promise<Outcome>;
	/** `pulumi refresh`. */
	refresh(): Promise<Outcome>;
	/** `pulumi destroy`, with variables in its environment. */
	destroy(options?: { env?: Record<string, string> }): Promise<Outcome>;
	/**
	 * Starts `pulumi up` or `pulumi destroy`, and kills it (SIGKILL) with every process that it started.
	 * @param moment the kill comes when it is settled
	 * @returns what was printed until then; `finished` where the operation ended before the kill
	 */
	killed(operation: "up" | "destroy", moment: Promise<unknown>): Promise<{ text: string; finished: boolean }>;
	/**
	 * Starts `pulumi up`, and interrupts it as Ctrl-C does in a terminal.
	 * @param moment the interrupt comes when it is settled
	 * @returns what was printed, and whether the operation ended before the interrupt
	 */
	interrupted(moment: Promise<unknown>): Promise<{ text: string; finished: boolean }>;
	/** Removes the attributes that Pulumi was writing beside its state when it was killed. */
	removeAttributes(): Promise<void>;
	/** The program's outputs, secrets in clear. */
	outputs(): Promise<Record<string, any>>;
	/** The stack's state as stored, decrypted. */
	state(): Promise<any>;
	/** The stack's state as stored, its secrets encrypted. */
	stored(): Promise<{ deployment: { resources: { type: string }[] } }>;
	/** Takes a state in, whose secrets have this stack's passphrase. */
	take(stored: object): Promise<void>;
	/** Bytes of the state's file in the backend. */
	size(): Promise<number>;
	/**
	 * Runs a command of Pulumi in a terminal, as a person does.
	 * @returns what the terminal shows in the end, and each message of the resources in its order
	 */
	inTerminal(words: string[]): Promise<Shown & { messages: string[] }>;
	/** Any other command of Pulumi. Throws with the engine's output when it fails. */
	command(words: string[]): Promise<string>;
	/** Another stack in the same backend, whose secrets have the same passphrase: organization/NAME/test. */
	beside(program: string, name: string): Promise<TestStack>;
	/** Removes the backend; what the stack made is left alone. */
	remove(): Promise<void>;
}

/** What an operation did. */
export interface Outcome {
	/** All that was printed. */
	text: string;
	/** The resources that it touched, or would, as `update StaticPodManifest test-cp-1-kube-apiserver`. */
	changes: string[];
	/** The same, with what each is told. */
	steps: Step[];
	/** When each of them ended. */
	ends: End[];
	/** Seconds. */
	duration: number;
}

/** The end of what happens to a resource. */
export interface End {
	/** `update` */
	op: string;
	/** `StaticPodManifest` */
	type: string;
	/** `test-cp-1-kube-apiserver` */
	name: string;
	/** Seconds from the start of the operation, to the second. */
	at: number;
}

/** What happens to a resource. Secrets are not told. */
export interface Step {
	/** `update` */
	op: string;
	/** `StaticPodManifest` */
	type: string;
	/** `test-cp-1-kube-apiserver` */
	name: string;
	/** Its inputs as they were; nothing of one that is new. */
	was?: Record<string, any>;
	/** Its inputs as they are to be; nothing of one that goes. */
	is?: Record<string, any>;
}

/**
 * @param program folder under test/clusters/programs
 * @param passphrase of the secrets in its state. @default one at random
 * @param limitSeconds after which a command of Pulumi is ended. @default no limit
 */
export async function testStack(
	program: string,
	passphrase: string = randomBytes(12).toString("hex"),
	limitSeconds = 0,
): Promise<TestStack> {
	const folder = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-test-"));
	await mkdir(join(folder, "backend"));
	return stackOf(program, { folder, backend: join(folder, "backend"), project: "test", passphrase, limitSeconds });
}

/** Where a stack lives, and what its commands get. */
interface Surroundings {
	/** Folder of its own. */
	folder: string;
	/** Folder of the backend. */
	backend: string;
	/** Name of the project. */
	project: string;
	passphrase: string;
	limitSeconds: number;
}

async function stackOf(program: string, surroundings: Surroundings): Promise<TestStack> {
	const { folder, backend, project: name } = surroundings;
	await mkdir(join(folder, "project"));
	const main = join(import.meta.dirname, "../programs", program);
	const project = { name, main, runtime: { name: "nodejs", options: { typescript: false } } };
	await writeFile(join(folder, "project/Pulumi.yaml"), JSON.stringify(project));
	const pulumi = commandLine(surroundings);
	await pulumi(["stack", "init", "test"]);
	return {
		home: join(folder, "home"),
		configure: async (object) => {
			await pulumi(["config", "set", "test:program", JSON.stringify(object)]);
		},
		up: ({ refresh = false, words = [], env = {} } = {}) =>
			operation(folder, pulumi, ["up", "--yes", "--skip-preview", `--refresh=${refresh}`, ...words], env),
		preview: ({ refresh = false } = {}) => operation(folder, pulumi, ["preview", "--diff", `--refresh=${refresh}`]),
		refresh: () => operation(folder, pulumi, ["refresh", "--yes", "--skip-preview"]),
		destroy: ({ env = {} } = {}) => operation(folder, pulumi, ["destroy", "--yes", "--skip-preview"], env),
		killed: async (operation, moment) => {
			const running = pulumi([operation, "--yes", "--skip-preview", "--suppress-progress", "--refresh=false"]).then(
				(text) => ({ text, finished: true }),
				({ message: text, cause }: Error) => ({ text, finished: (cause as ExecFileException).signal !== "SIGKILL" }),
			);
			try {
				await Promise.race([running, moment]);
			} finally {
				await killAll(`PULUMI_HOME=${join(folder, "home")}`);
			}
			return running;
		},
		interrupted: async (moment) => {
			const running = pulumi(["up", "--yes", "--skip-preview", "--suppress-progress", "--refresh=false"]).then(
				(text) => ({ text, finished: true }),
				({ message: text }: Error) => ({ text, finished: false }),
			);
			await Promise.race([running, moment]);
			for (const pid of await processesWith(`PULUMI_HOME=${join(folder, "home")}`, "pulumi")) signal(pid, "SIGINT");
			return running;
		},
		removeAttributes: async () => {
			const state = join(backend, `.pulumi/stacks/${name}/test.json`);
			for (const file of [`${state}.attrs`, `${state}.bak.attrs`]) await rm(file, { force: true });
		},
		outputs: async () => JSON.parse(await pulumi(["stack", "output", "--json", "--show-secrets"])),
		state: async () => JSON.parse(await pulumi(["stack", "export", "--show-secrets"])).deployment,
		stored: async () => JSON.parse(await pulumi(["stack", "export"])),
		take: async (stored) => {
			const file = join(folder, "state.json");
			await writeFile(file, JSON.stringify(stored));
			await pulumi(["stack", "import", "--file", file]);
		},
		size: async () => (await stat(join(backend, `.pulumi/stacks/${name}/test.json`))).size,
		inTerminal: async (words) => {
			const log = join(folder, "events.json");
			const env = { ...process.env, ...environmentOf(surroundings) };
			const command = ["pulumi", ...words, `--event-log=${log}`].join(" ");
			const shown = await inTerminal(command, { cwd: join(folder, "project"), env });
			const messages = (await eventsOf(log)).flatMap(({ diagnosticEvent }) => messagesOf(diagnosticEvent));
			return { ...shown, messages };
		},
		command: (words) => pulumi(words),
		beside: async (other, project) => {
			const own = join(folder, project);
			await mkdir(own);
			return stackOf(other, { ...surroundings, folder: own, project });
		},
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}

type Pulumi = (words: string[], env?: Record<string, string>) => Promise<string>;

function environmentOf({
	folder,
	backend,
	passphrase,
}: Pick<Surroundings, "folder" | "backend" | "passphrase">): Record<string, string> {
	return {
		PULUMI_BACKEND_URL: `file://${backend}`,
		PULUMI_CONFIG_PASSPHRASE: passphrase,
		PULUMI_HOME: join(folder, "home"),
		PULUMI_SKIP_UPDATE_CHECK: "true",
		// Without it there is no --event-log.
		PULUMI_DEBUG_COMMANDS: "true",
	};
}

/** The engine's command line, in a project and with a backend of its own. */
function commandLine(surroundings: Surroundings): Pulumi {
	const { folder, limitSeconds } = surroundings;
	const own = environmentOf(surroundings);
	return (words, env) =>
		new Promise((resolve, reject) => {
			const limits = { maxBuffer: 2 ** 27, timeout: limitSeconds * 1000 };
			const options = { cwd: join(folder, "project"), env: { ...process.env, ...own, ...env }, ...limits };
			const child = execFile("pulumi", [...words, "--non-interactive", "--color=never"], options, (error, out, err) =>
				error
					? reject(new Error(`pulumi ${words[0]}: ${out}${err}`, { cause: error }))
					: resolve(out + (words[0] === "stack" ? "" : err)),
			);
			child.stdin?.end();
		});
}

/**
 * Kills every process that was started with a variable: an engine starts its language host and its providers in process
 * groups of their own.
 */
async function killAll(variable: string): Promise<void> {
	await until("all processes of the stack have ended", 10, async (seen) => {
		const pids = await processesWith(variable);
		for (const pid of pids) signal(pid, "SIGKILL");
		seen(pids.join(" "));
		return pids.length === 0 || undefined;
	});
}

/** @param name of the processes' program. @default any */
async function processesWith(variable: string, name?: string): Promise<number[]> {
	const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
	const environments = await Promise.all(
		// A process that ends meanwhile has no environment any more.
		pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")),
	);
	const found = pids.filter((_, index) => environments[index]!.split("\0").includes(variable));
	const names = await Promise.all(found.map((pid) => readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")));
	return found.filter((_, index) => name === undefined || names[index]!.trim() === name).map(Number);
}

function signal(pid: number, name: "SIGKILL" | "SIGINT"): void {
	try {
		process.kill(pid, name);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}

async function operation(
	folder: string,
	pulumi: Pulumi,
	words: string[],
	env?: Record<string, string>,
): Promise<Outcome> {
	const log = join(folder, "events.json");
	const [began, beganAt] = [performance.now(), Date.now() / 1000];
	const text = await pulumi([...words, "--suppress-progress", `--event-log=${log}`], env);
	const duration = (performance.now() - began) / 1000;
	const events = await eventsOf(log);
	const steps = events.flatMap(stepOf);
	const ends = events.flatMap((event) => endOf(event, beganAt));
	return { text, changes: steps.map(({ op, type, name }) => `${op} ${type} ${name}`), steps, ends, duration };
}

/** The lines that a person sees of an event. The engine writes messages of severity "debug" among them. */
function messagesOf(event: EngineEvent["diagnosticEvent"]): string[] {
	if (!event || (event.severity as string) === "debug") return [];
	const lines = event.message.replace(/<\{%.*?%\}>/g, "").split("\n");
	return lines.map((line) => line.trim()).filter(Boolean);
}

async function eventsOf(log: string): Promise<EngineEvent[]> {
	const lines = (await readFile(log, "utf8")).split("\n").filter(Boolean);
	return lines.map((line) => JSON.parse(line) as EngineEvent);
}

function endOf({ resOutputsEvent, timestamp }: EngineEvent, beganAt: number): End[] {
	const { urn, op } = resOutputsEvent?.metadata ?? {};
	if (!urn || !op) return [];
	const [type, name] = urn.split("::").slice(2) as [string, string];
	return [{ op, type: type.split(":").at(-1)!, name, at: Math.max(0, timestamp - beganAt) }];
}

function stepOf({ resourcePreEvent }: EngineEvent): Step[] {
	const metadata = resourcePreEvent?.metadata;
	if (!metadata || ["same", "read", "refresh"].includes(metadata.op)) return [];
	const [type, name] = metadata.urn.split("::").slice(2) as [string, string];
	if (/^pulumi:(providers|pulumi)/.test(type)) return [];
	const [was, is] = [metadata.old?.inputs, metadata.new?.inputs];
	return [{ op: metadata.op, type: type.split(":").at(-1)!, name, ...(was && { was }), ...(is && { is }) }];
}
