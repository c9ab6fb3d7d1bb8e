// Compares real kubeadm with this package on configurations that are made at random.
import { parseArgs } from "node:util";
import { type Minor, minors } from "../../../lab/toolchain/index";
import setUpToolchain from "../../support/toolchain";
import { campaign, enough, type Findings } from "./campaign";
import { describe, smallestOf } from "./differences";
import { kubeadmOf, startOracle } from "./oracle";

const usage = `npm run parity -- [OPTION ...]
  --runs N       configurations that kubeadm takes, and as many broken ones (default 100)
  --seed S       where the random numbers begin (default: any)
  --version V    the minor release to compare with: 1.36 (default: all)
  --shrink N     of how many classes of differences the smallest configuration is looked for (default 10)
  --fields       goes on field by field until each has made a difference to kubeadm 20 times, and names those that have not
                 (ten minutes more for a release)`;

const { values } = parseArgs({
	options: {
		runs: { type: "string", default: "100" },
		seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
		version: { type: "string" },
		shrink: { type: "string", default: "10" },
		fields: { type: "boolean", default: false },
		help: { type: "boolean", default: false },
	},
});
const say = (line: string) => process.stdout.write(`${line}\n`);
let began = performance.now();
/** Classes of differences that were told of. */
const named = new Set<string>();
const seconds = () => (performance.now() - began) / 1000;

if (values.help) say(usage);
else await main();

async function main(): Promise<void> {
	const wanted = values.version?.replace(/^v?(\d+\.\d+).*$/, "$1");
	const releases = minors.filter((minor) => wanted === undefined || minor === wanted);
	if (releases.length === 0) throw new Error(`--version ${values.version}: expected one of ${minors.join(", ")}`);
	await setUpToolchain();
	const stopped = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());
	for (const release of releases) if (!stopped.signal.aborted) await compareWith(release, stopped.signal);
}

async function compareWith(release: Minor, signal: AbortSignal): Promise<void> {
	const oracle = await startOracle(kubeadmOf(release));
	began = performance.now();
	named.clear();
	try {
		const seed = Number(values.seed);
		const found = await campaign(oracle, {
			runs: Number(values.runs),
			seed,
			countsFields: values.fields,
			signal,
			progress,
		});
		report(found, oracle.version);
		if (found.counts.differing > 0) process.exitCode = 1;
		const classes = [...found.classes].sort((a, b) => b[1].count - a[1].count);
		for (const [index, [name, { outcome, count }]] of classes.entries()) {
			const isShrunk = index < Number(values.shrink) && !signal.aborted;
			say(`\nDIFFERENCE ${name} (${count})\n${describe(isShrunk ? await smallestOf(oracle, outcome) : outcome)}`);
		}
	} finally {
		await oracle.stop();
	}
}

function progress({ counts, classes }: Findings): void {
	say(
		`${seconds().toFixed(0).padStart(6)} s  ${counts.asked} configurations, ${counts.facts} facts, ${counts.differing} differ`,
	);
	for (const name of classes.keys()) if (!named.has(name)) say(`          differs: ${name}`);
	for (const name of classes.keys()) named.add(name);
}

function report({ counts, classes, coverage, allowances }: Findings, version: string): void {
	const covered = [...coverage.counts].filter(([, count]) => count >= enough).length;
	const less = [...coverage.counts].filter(([, count]) => count < enough);
	for (const [name, count] of values.fields ? less : []) say(`${String(count).padStart(4)} ${name}`);
	say(`
${version}, seed ${values.seed}: ${counts.asked} configurations in ${seconds().toFixed(0)} s (${(counts.asked / seconds()).toFixed(1)} per second)
valid ${counts.valid}, broken ${counts.broken} (refused by kubeadm ${counts.refused})
verdicts compared ${counts.asked}, facts compared ${counts.facts}
configurations that differ ${counts.differing}, in ${classes.size} classes
allowed differences met: ${[...allowances].map(([name, count]) => `${name} ${count}`).join(", ") || "none"}`);
	if (values.fields) say(`fields covered at least ${enough} times ${covered} of ${coverage.counts.size}`);
}
