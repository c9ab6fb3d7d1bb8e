import { type Allowance, allowed } from "./allowed";
import { type Configuration, configurationText } from "./configuration";
import { compareFacts, type Difference, type Facts } from "./facts";
import { kubeadmFacts } from "./kubeadm-facts";
import type { Answer, Oracle } from "./oracle";
import { ourFacts, read } from "./our-facts";

/** What came out of one configuration. */
export interface Outcome {
	configuration: Configuration;
	text: string;
	accepted: boolean;
	/** What kubeadm found wrong. */
	problem: string;
	/** What we found wrong. */
	ourProblem?: string;
	/** kubeadm's own, where it took the configuration. */
	facts?: Facts;
	/** How many facts both sides were asked for. */
	compared: number;
	differences: Difference[];
	/** Differences that are on the list of those allowed. */
	allowances: Allowance[];
}

/** Asks both sides, and compares the verdicts, and the facts if both take the configuration. */
export async function compare(oracle: Oracle, configuration: Configuration): Promise<Outcome> {
	const text = configurationText(configuration);
	const answer = await oracle.ask(configuration, text);
	return compareAnswer({ configuration, text, answer, version: oracle.version });
}

function compareAnswer(asked: {
	configuration: Configuration;
	text: string;
	answer: Answer;
	version: string;
}): Outcome {
	const { configuration, text, answer } = asked;
	const reading = read(configuration, text, asked.version);
	const { accepted, problem } = answer;
	const base = { configuration, text, accepted, problem, ourProblem: reading.problem, compared: 0, allowances: [] };
	const theirs = accepted ? kubeadmFacts(answer) : undefined;
	if (reading.problem !== undefined && reading.isDefect) {
		const defect = { fact: "defect", kubeadm: accepted ? "accepted" : "refused", ours: reading.problem };
		return { ...base, facts: theirs?.facts, differences: [defect] };
	}
	if (accepted !== (reading.problem === undefined)) {
		const verdict = {
			fact: "verdict",
			kubeadm: accepted ? "accepted" : "refused",
			ours: accepted ? "refused" : "accepted",
		};
		return withAllowances({ ...base, facts: theirs?.facts, differences: [verdict] }, asked.version);
	}
	if (!theirs || reading.problem !== undefined) return { ...base, differences: [] };
	if (!reading.subject || !answer.isShown) return { ...base, facts: theirs.facts, differences: [] };
	const ours = rendered(reading.subject, theirs.materials);
	const differences = compareFacts(theirs.facts, ours);
	const compared = new Set([...Object.keys(theirs.facts), ...Object.keys(ours)]).size;
	return withAllowances({ ...base, facts: theirs.facts, compared, differences }, asked.version);
}

/** A renderer that throws is a difference too. */
function rendered(...asked: Parameters<typeof ourFacts>): Facts {
	try {
		return ourFacts(...asked);
	} catch (error) {
		return { defect: String((error as Error).stack) };
	}
}

function withAllowances(outcome: Outcome, version: string): Outcome {
	const kept: Difference[] = [];
	const allowances: Allowance[] = [];
	for (const difference of outcome.differences) {
		const found = allowed.find(({ covers }) => covers(difference, outcome, version));
		if (found) allowances.push(found);
		else kept.push(difference);
	}
	return { ...outcome, differences: kept, allowances };
}
