import { inputProblem } from "./expected";
import { didYouMean, type Problem } from "./problems";

/** How a change of kubelets goes through the workers. */
export interface RolloutSpec {
	/**
	 * Number of workers whose kubelets may change at once, or a percentage of all workers, rounded down to at least one.
	 * The first worker always changes alone. @default 1
	 */
	maxUnavailable?: number | string;
	/** Names of workers in the order in which they change. Workers that are not named follow in the order of `workers`. @default the order of `workers` */
	order?: string[];
}

/** Problems with `rollout`. @param workers names of the workers; `undefined` where a name is not known */
export function rolloutProblems(rollout: any, workers: readonly (string | undefined)[]): Problem[] {
	if (typeof rollout !== "object" || rollout === null) return [];
	const { maxUnavailable, order = [] } = rollout as RolloutSpec;
	const problems: Problem[] = [];
	if (maxUnavailable !== undefined && sizeOf(maxUnavailable, 100) === undefined)
		problems.push(
			inputProblem({
				path: "rollout.maxUnavailable",
				expected: 'a number of workers from 1, or a percentage from "1%" to "100%"',
				value: maxUnavailable,
			}),
		);
	const names = workers.filter((name) => name !== undefined);
	for (const [index, name] of Array.isArray(order) ? order.entries() : []) {
		const path = `rollout.order[${index}]`;
		if (order.indexOf(name) < index)
			problems.push(inputProblem({ path, expected: "each worker once", got: `${JSON.stringify(name)} again` }));
		else if (typeof name === "string" && names.length === workers.length && !names.includes(name))
			problems.push(
				inputProblem({ path, expected: "the name of a worker", value: name, next: didYouMean(name, names) }),
			);
	}
	return problems;
}

/** Number of workers whose kubelets change at once, of so many; `undefined` for a value that is none. */
export function sizeOf(maxUnavailable: number | string, workers: number): number | undefined {
	if (typeof maxUnavailable === "number")
		return Number.isInteger(maxUnavailable) && maxUnavailable >= 1 ? maxUnavailable : undefined;
	const percent = Number(/^([1-9][0-9]?|100)%$/.exec(maxUnavailable)?.[1]);
	return percent ? Math.max(1, Math.floor((workers * percent) / 100)) : undefined;
}

/** Names of the workers in the order in which their kubelets change. */
export function inOrder(workers: readonly string[], { order = [] }: RolloutSpec = {}): string[] {
	return [...order.filter((name) => workers.includes(name)), ...workers.filter((name) => !order.includes(name))];
}

/**
 * Places of the workers whose kubelets change before that at `place`: the first, which changes alone, and the one so many
 * places before, so that no more change at once.
 */
export function placesBefore(place: number, size: number): number[] {
	if (place === 0) return [];
	return place - size > 0 ? [place - size] : [0];
}

/** Arguments of a resource whose update may restart something, on one node after the other. */
export interface RollArgs {
	/**
	 * Names of the nodes that change before this one, as a preview shows them. The order itself is `dependsOn`, or the `after` of
	 * a node. @default none
	 */
	rollsAfter?: string[];
}
