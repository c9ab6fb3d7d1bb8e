import { initPhases, joinCounterparts, joinPhases, type Phase, phaseNeeds } from "../facts/phases";
import { isUnknown } from "../facts/unknown";
import { minorNumber } from "../facts/versions";
import { inputProblem } from "./expected";
import { didYouMean, type Problem, show } from "./problems";

/** Commands of kubeadm that have phases. */
export type PhasedCommand = "init" | "join";

const phases: Record<PhasedCommand, Readonly<Record<string, Phase>>> = { init: initPhases, join: joinPhases };

/**
 * Whether a node skips a phase, given by its name in `kubeadm init`. `skipPhases` may name the phase, a phase above it, or the
 * phase of `kubeadm join` that does the same work.
 */
export function skips({ skipPhases = [] }: { skipPhases?: readonly string[] }, phase: string): boolean {
	return [phase, counterpart(phase)].some((name) => withParents(name).some((each) => skipPhases.includes(each)));
}

/**
 * Problems of the names of phases to skip. kubeadm refuses unknown names too.
 *
 * Source: computePhaseRunFlags, cmd/kubeadm/app/cmd/phases/workflow/runner.go.
 * @param commands commands whose phases may be named: a control plane node may be the first, or may join
 */
export function phaseProblems(
	skipPhases: readonly string[],
	{ commands, kubernetesVersion }: { commands: readonly PhasedCommand[]; kubernetesVersion: string },
): Problem[] {
	const known = commands.flatMap((command) => phasesOf(command, kubernetesVersion));
	return skipPhases.flatMap((name, index) => {
		if (isUnknown(name) || known.includes(name)) return [];
		const expected = `a phase of \`kubeadm ${commands.join("` or `kubeadm ")}\``;
		return [inputProblem({ path: `skipPhases[${index}]`, expected, value: name, next: didYouMean(name, known) })];
	});
}

/** Rule: a phase that needs a skipped phase has to be skipped too. */
export function neededPhases(skipPhases: readonly string[]): string | undefined {
	const open = Object.entries(phaseNeeds).filter(
		([phase, needs]) => !skipPhases.includes(phase) && needs.some((need) => skipPhases.includes(need)),
	);
	return open.length > 0 ? `${open.map(([phase]) => show(phase)).join(", ")} too, which needs these` : undefined;
}

/** Names of a command's phases in a release. */
function phasesOf(command: PhasedCommand, kubernetesVersion: string): string[] {
	const minor = minorNumber(kubernetesVersion);
	return Object.entries(phases[command]).flatMap(([name, { until }]) =>
		until && minor > minorNumber(until) ? [] : [name],
	);
}

/** Returns the phase of `join` that does the work of a phase of `init`. The names of subphases are kept. */
function counterpart(phase: string): string {
	const parent = withParents(phase).find((name) => joinCounterparts[name]);
	return parent ? joinCounterparts[parent]! + phase.slice(parent.length) : phase;
}

/** Returns a phase and the phases above it, the nearest first. */
function withParents(phase: string): string[] {
	const parts = phase.split("/");
	return parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
}
