import { compare, type Outcome } from "./compare";
import { type Configuration, configurationText } from "./configuration";
import { type Coverage, coverageOf } from "./coverage";
import { sourceOf, type Trial } from "./generate";
import type { Oracle } from "./oracle";
import { randomOf } from "./random";
import { type Field, fieldsOf, kindNames } from "./shapes";
import { shrink } from "./shrink";

/** What came of many trials. */
export interface Findings {
	/** Valid: made to be taken, and taken; broken: made to be refused, which not all are. */
	counts: { valid: number; broken: number; asked: number; refused: number; facts: number; differing: number };
	coverage: Coverage;
	/** How often an allowed difference was met, by its name. */
	allowances: Map<string, number>;
	/** One outcome of each class of differences. */
	classes: Map<string, { outcome: Outcome; count: number }>;
}

/** How many chains of configurations grow side by side, so that kubeadm has work while facts are compared. */
const chains = 12;

/** Times that a field is to make a difference in a run. */
export const enough = 20;

/** Of so many configurations a chain remembers what kubeadm made of them. */
const keptParents = 50;

/** Tries configurations until there are enough of both. */
export async function campaign(
	oracle: Oracle,
	{ runs, seed, countsFields = false, signal, progress }: Wanted,
): Promise<Findings> {
	const fields = kindNames.flatMap((kind) => fieldsOf(kind, oracle.version));
	const findings: Findings = {
		counts: { valid: 0, broken: 0, asked: 0, refused: 0, facts: 0, differing: 0 },
		coverage: coverageOf(fields),
		allowances: new Map(),
		classes: new Map(),
	};
	const failed = new AbortController();
	// Each has an aim of its own and knows nothing of the others, so that a seed always gives the same configurations.
	const work = async (chain: number) => {
		const coverage = coverageOf(fields);
		const isCovered = ({ name }: Field) => countsFields && coverage.counts.get(name)! * chains >= enough;
		const source = sourceOf(randomOf(seed + chain * 1_000_003), oracle.version, isCovered);
		const aim = Math.ceil((runs - chain) / chains);
		const made = { valid: 0, broken: 0 };
		const parents = countsFields ? parentsOf(oracle) : undefined;
		while ((made.valid < aim || made.broken < aim) && !signal?.aborted && !failed.signal.aborted) {
			const trial = source.next(made.valid <= made.broken ? "valid" : "broken");
			const before = trial.parent && (await parents?.factsOf(trial.parent));
			const outcome = await compare(oracle, trial.configuration);
			note(findings, trial, outcome);
			if (trial.intent === "broken") made.broken += 1;
			else if (outcome.accepted) made.valid += 1;
			if (outcome.accepted) source.taken(trial);
			if (parents && trial.parent) coverage.add(trial.changed, before, outcome.facts);
			parents?.note(outcome);
			if (findings.counts.asked % 200 === 0) progress?.(findings);
		}
		findings.coverage.take(coverage);
	};
	const ended = await Promise.allSettled(
		Array.from({ length: chains }, (_, chain) =>
			work(chain).catch((error: unknown) => {
				failed.abort();
				throw error;
			}),
		),
	);
	for (const chain of ended) if (chain.status === "rejected") throw chain.reason;
	return findings;
}

export interface Wanted {
	/** How many that kubeadm takes, and how many that are broken. */
	runs: number;
	seed: number;
	/** Whether kubeadm is also asked for what each was made from, to see which fields make a difference. @default false */
	countsFields?: boolean;
	/** Ends it early. */
	signal?: AbortSignal;
	/** Called after each 200 configurations. */
	progress?: (findings: Findings) => void;
}

/** What kubeadm made of the configurations that trials are made from; the last of them are kept. */
function parentsOf(oracle: Oracle) {
	const known = new Map<string, Outcome["facts"]>();
	const keyOf = ({ environment, resolved = false, patches, ...configuration }: Configuration) =>
		configurationText({ ...configuration, style: "block" }) + JSON.stringify([environment, resolved, patches]);
	const keep = (key: string, facts: Outcome["facts"]) => {
		known.delete(key);
		known.set(key, facts);
		if (known.size > keptParents) known.delete(known.keys().next().value!);
	};
	return {
		async factsOf(parent: Configuration) {
			const key = keyOf(parent);
			keep(key, known.has(key) ? known.get(key) : (await compare(oracle, parent)).facts);
			return known.get(key);
		},
		note({ configuration, facts }: Outcome) {
			if (facts) keep(keyOf(configuration), facts);
		},
	};
}

function note({ counts, classes, allowances }: Findings, { intent }: Trial, outcome: Outcome): void {
	counts.asked += 1;
	counts.facts += outcome.compared;
	if (!outcome.accepted) counts.refused += 1;
	if (intent === "broken") counts.broken += 1;
	else if (outcome.accepted) counts.valid += 1;
	for (const { name } of outcome.allowances) allowances.set(name, (allowances.get(name) ?? 0) + 1);
	if (outcome.differences.length === 0) return;
	counts.differing += 1;
	const name = classOf(outcome);
	const found = classes.get(name);
	if (found) found.count += 1;
	else classes.set(name, { outcome, count: 1 });
}

/** The smallest configuration that differs for the same cause. */
export async function smallestOf(oracle: Oracle, outcome: Outcome): Promise<Outcome> {
	const [cause] = causesOf(outcome);
	const smallest = await shrink(outcome.configuration, async (smaller) =>
		causesOf(await compare(oracle, smaller)).includes(cause!),
	);
	return compare(oracle, smallest);
}

/** A difference as a report shows it, with the file to paste. */
export function describe({ differences, problem, ourProblem, text, configuration }: Outcome): string {
	const lines = differences.slice(0, 5).flatMap(({ fact, kubeadm, ours }) => {
		const [theirs, our] = apart(kubeadm, ours);
		return [`  ${fact}`, `    kubeadm: ${theirs}`, `    ours:    ${our}`];
	});
	const said = problem
		.trim()
		.split("\n")
		.filter((line) => !line.includes("WARNING"))
		.slice(0, 3);
	return [
		...lines,
		...(problem ? [`  kubeadm says: ${said.join("\n    ")}`] : []),
		...(ourProblem ? [`  we say: ${ourProblem}`] : []),
		...Object.entries(configuration.patches ?? {}).map(([name, content]) => `  patch ${name}: ${content}`),
		...(configuration.environment ? [`  environment ${JSON.stringify(configuration.environment)}`] : []),
		...(configuration.resolved ? ["  systemd-resolved is active"] : []),
		text.replaceAll(/^/gm, "    | "),
	].join("\n");
}

/** What tells one difference from another: the fact, or for a verdict the words of the side that refuses. */
function causesOf({ differences, problem, ourProblem }: Outcome): string[] {
	return differences.map(({ fact, kubeadm, ours }) => {
		if (fact === "defect") return String(ours).split("\n").slice(0, 2).join();
		if (fact !== "verdict") return fact.replaceAll(/\d+/g, "N");
		const words = kubeadm === "refused" ? problem.replaceAll(/^(\s*\[?WARNING|W\d).*\n/gm, "") : (ourProblem ?? "");
		return `verdict of kubeadm ${kubeadm}: ${words.replaceAll(/"[^"]*"|0x[0-9a-f]+|\d+/g, "N").slice(0, 100)}`;
	});
}

/** Differences that have the same cause more often than not. */
function classOf(outcome: Outcome): string {
	const [cause] = causesOf(outcome);
	const isVerdict = outcome.differences[0]!.fact === "verdict";
	return isVerdict ? `${outcome.configuration.title.replace(/^(pair|random|alone) /, "")}: ${cause}` : cause!;
}

/** Two values as far as they are not the same: of long texts, from the first line on that differs. */
function apart(kubeadm: unknown, ours: unknown): [string, string] {
	const lines = [kubeadm, ours].map((value) => (value === undefined ? ["nothing"] : String(value).split("\n")));
	const at = lines[0]!.findIndex((line, index) => line !== lines[1]![index]);
	const from = Math.max(0, at === -1 ? lines[0]!.length - 1 : at);
	return lines.map((all) => JSON.stringify(all.slice(from, from + 4).join("\n")).slice(0, 600)) as [string, string];
}
