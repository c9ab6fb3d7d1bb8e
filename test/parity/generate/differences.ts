import { compare, type Outcome } from "./compare";
import type { Oracle } from "./oracle";
import { shrink } from "./shrink";

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
export function classOf(outcome: Outcome): string {
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
