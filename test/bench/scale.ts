// Measures many workers: preview, up, up without changes, state and memory, beside a program of as many plain dynamic
// resources with the same inputs. The hosts are simulated in this process.
// Usage: npm run bench -- scale [NUMBER OF WORKERS ...], by default 100 300 1000
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureRequirements } from "../../lab/index";
import { step } from "../../lab/progress";
import { kubernetesVersion, newestMinor } from "../../lab/toolchain/tools";
import type { Plain } from "../clusters/programs/plain/index";
import type { Scale } from "../clusters/programs/scale/index";
import { type TestStack, testStack } from "../clusters/support/stack";
import { peakMemory } from "./peak-memory";
import { type SimulatedHosts, simulated, simulateHosts } from "./simulated-hosts";

/** Limit of each operation, in seconds. */
const LIMIT_SECONDS = 1800;

/**
 * Workers above which an `up` of new ones writes the state at its end alone. With a file as the backend Pulumi writes the whole
 * state at the begin and the end of each resource: of 1,000 workers, 10 of 13 MB were there after 28 minutes.
 */
const MANY_WORKERS = 300;
const atItsEnd = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** What one operation took. */
interface Figure {
	workers: number;
	operation: string;
	/** Seconds, of this package and of the plain program. */
	seconds: [number, number?];
	/** Peak of the program's and the dynamic provider's memory together, in MB. */
	memory: [number, number?];
}

/** Runs the measurement for each number of workers and prints a table. */
export async function scale(numbers: number[]): Promise<void> {
	console.log(simulated.map((line) => `simulated: ${line}`).join("\n"));
	await ensureRequirements({ busybox: "busybox" });
	const figures: Figure[] = [];
	for (const workers of numbers) {
		const folder = await mkdtemp(join(tmpdir(), "bench-scale-"));
		const hosts = await step(`${workers} workers: simulated hosts`, () =>
			simulateHosts(join(folder, "hosts"), workers),
		);
		try {
			figures.push(...(await measure(hosts, folder)));
		} finally {
			await hosts.stop();
			await rm(folder, { recursive: true });
		}
		console.log(table(figures));
	}
}

async function measure(hosts: SimulatedHosts, folder: string): Promise<Figure[]> {
	const workers = hosts.addresses.length - 1;
	const { addresses, server, port, privateKeyFile, caCertificate } = hosts;
	const program = {
		addresses,
		server,
		port,
		privateKeyFile,
		caCertificate,
		kubernetesVersion: kubernetesVersion(newestMinor),
	};
	const [ours, plain] = [
		await testStack("scale", "bench", LIMIT_SECONDS),
		await testStack("plain", "bench", LIMIT_SECONDS),
	];
	try {
		await ours.configure({ ...program, whole: true } satisfies Scale);
		const whole = await operation(ours, "preview");
		await ours.configure({ ...program, whole: false } satisfies Scale);
		const first = await operation(ours, "preview");
		const env = workers > MANY_WORKERS ? atItsEnd : {};
		const up = await operation(ours, "up", env);
		const inputs = inputsOf(await ours.state());
		const file = join(folder, "inputs.json");
		await writeFile(file, JSON.stringify(inputs), { mode: 0o600 });
		await plain.configure({ file } satisfies Plain);
		const plainFirst = await operation(plain, "preview");
		const plainUp = await operation(plain, "up", env);
		const again = await inTurn(ours, plain, "preview");
		const upAgain = await inTurn(ours, plain, "up");
		const sizes = [await ours.size(), await plain.size()];
		console.log(
			`${workers} workers, ${Object.keys(inputs).length} resources: state ${sizes.map((size) => `${(size / 1e6).toFixed(2)} MB`).join(", plain ")}; ${Math.round(sizes[0]! / workers)} bytes for each worker`,
		);
		const figure = (name: string, one: Measured, other?: Measured): Figure => ({
			workers,
			operation: name,
			seconds: [one.seconds, other?.seconds],
			memory: [one.memory, other?.memory],
		});
		return [
			figure("preview of a new Cluster", whole),
			figure("preview of new workers", first, plainFirst),
			figure(workers > MANY_WORKERS ? "up of new workers, state at its end" : "up of new workers", up, plainUp),
			figure("preview without changes", ...again),
			figure("up without changes", ...upAgain),
		];
	} finally {
		await ours.remove();
		await plain.remove();
	}
}

interface Measured {
	seconds: number;
	memory: number;
}

/** The smaller figures of two rounds, which take turns, so that load from outside meets both. */
async function inTurn(one: TestStack, other: TestStack, name: "preview" | "up"): Promise<[Measured, Measured]> {
	const rounds: [Measured, Measured][] = [];
	for (let round = 0; round < 2; round++) rounds.push([await operation(one, name), await operation(other, name)]);
	const least = (index: 0 | 1): Measured => ({
		seconds: Math.min(...rounds.map((round) => round[index].seconds)),
		memory: Math.min(...rounds.map((round) => round[index].memory)),
	});
	return [least(0), least(1)];
}

async function operation(
	stack: TestStack,
	name: "preview" | "up",
	env: Record<string, string> = {},
): Promise<Measured> {
	const run = () => (name === "up" ? stack.up({ env }) : stack.preview());
	const { result, megabytes } = await step(name, () => peakMemory(stack.home, run));
	return { seconds: result.duration, memory: megabytes };
}

/** Inputs of a state's dynamic resources, by name, without the address of their code. */
function inputsOf({
	resources,
}: {
	resources: { urn: string; type: string; inputs: object }[];
}): Record<string, object> {
	const dynamic = resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
	return Object.fromEntries(
		dynamic.map(({ urn, inputs }) => {
			const { __provider: _, ...own } = inputs as { __provider?: string };
			return [
				urn
					.split("::")
					.slice(2)
					.join(" ")
					.replaceAll(/[^\w-]+/g, "-"),
				own,
			];
		}),
	);
}

function table(figures: Figure[]): string {
	const rows = figures.map(({ workers, operation: name, seconds, memory }) => [
		String(workers),
		name,
		...compared(seconds, (value) => `${value.toFixed(1)} s`),
		`${((seconds[0] / workers) * 1000).toFixed(0)} ms`,
		...compared(memory, (value) => `${Math.round(value)} MB`),
	]);
	const head = ["workers", "operation", "time", "plain", "ratio", "per worker", "memory", "plain", "ratio"];
	const lines = [head, ...rows];
	const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
	return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")).join("\n");
}

function compared([one, other]: [number, number?], show: (value: number) => string): string[] {
	return other === undefined ? [show(one), "", ""] : [show(one), show(other), (one / other).toFixed(2)];
}
