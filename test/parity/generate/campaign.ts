import { compare, type Outcome } from "./compare";
import { type Configuration, configurationText } from "./configuration";
import { type Coverage, coverageOf } from "./coverage";
import { classOf } from "./differences";
import { sourceOf, type Trial } from "./generate";
import type { Oracle } from "./oracle";
import { randomOf } from "./random";
import { type Field, fieldsOf, kindNames } from "./shapes";

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

/** After so many trials it is said that a field makes no difference. */
const most = 80;

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
	const stopped = () => signal?.aborted || failed.signal.aborted;
	const tried = async (trial: Trial, parents?: ReturnType<typeof parentsOf>) => {
		const before = trial.parent && (await parents?.factsOf(trial.parent));
		const outcome = await compare(oracle, trial.configuration);
		note(findings, trial, outcome);
		parents?.note(outcome);
		if (findings.counts.asked % 200 === 0) progress?.(findings);
		return { outcome, before };
	};
	// Each has an aim of its own and knows nothing of the others, so that a seed always gives the same configurations.
	const work = async (chain: number) => {
		const coverage = coverageOf(fields);
		const isCovered = ({ name }: Field) => countsFields && coverage.counts.get(name)! * chains >= enough;
		const source = sourceOf(randomOf(seed + chain * 1_000_003), oracle.version, isCovered);
		const aim = Math.ceil((runs - chain) / chains);
		const made = { valid: 0, broken: 0 };
		const parents = countsFields ? parentsOf(oracle) : undefined;
		while ((made.valid < aim || made.broken < aim) && !stopped()) {
			const trial = source.next(made.valid <= made.broken ? "valid" : "broken");
			const { outcome, before } = await tried(trial, parents);
			if (trial.intent === "broken") made.broken += 1;
			else if (outcome.accepted) made.valid += 1;
			if (outcome.accepted) source.taken(trial);
			if (parents && trial.parent) coverage.add(trial.changed, before, outcome.facts);
		}
		findings.coverage.take(coverage);
	};
	/** Field by field, what chance has left out. */
	const sweep = async (chain: number) => {
		const { coverage } = findings;
		const source = sourceOf(randomOf(seed - chain * 1_000_003), oracle.version, () => false);
		const parents = parentsOf(oracle);
		for (const field of fields.filter((_, index) => index % chains === chain))
			for (let count = 0; coverage.counts.get(field.name)! < enough && count < most && !stopped(); count += 1) {
				const trial = source.of(field, count);
				const { outcome, before } = await tried(trial, parents);
				coverage.add(trial.changed, before, outcome.facts);
			}
	};
	for (const phase of countsFields ? [work, sweep] : [work]) {
		const all = Array.from({ length: chains }, (_, chain) =>
			phase(chain).catch((error: unknown) => {
				failed.abort();
				throw error;
			}),
		);
		for (const chain of await Promise.allSettled(all)) if (chain.status === "rejected") throw chain.reason;
	}
	return findings;
}

export interface Wanted {
	/** How many that kubeadm takes, and how many that are broken. */
	runs: number;
	seed: number;
	/** Whether each field is also to make a difference often enough, seen by what each was made from. @default false */
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
