import type * as pulumi from "@pulumi/pulumi";
import { ExpectationError } from "../config/expected";

/**
 * One step of a bring-up: its name, the names of the earlier steps that it depends on, and a function that makes its
 * resources. The function passes `options` to each resource; it may return an empty list, or a promise of resources that
 * others have made.
 */
export type Step = readonly [
	name: string,
	after: readonly string[],
	make: (options: pulumi.CustomResourceOptions) => pulumi.Resource | Resources,
];

type Resources = readonly pulumi.Resource[] | Promise<readonly pulumi.Resource[]>;

/**
 * Makes resources step by step. Resources of a step depend on the resources of the steps named in `after`. A step that
 * makes nothing passes its dependencies on to the steps that depend on it.
 *
 * @throws ExpectationError for a step that depends on one that is not earlier in the list
 */
export function bringUp(parent: pulumi.Resource, steps: readonly Step[]): void {
	const made = new Map<string, Resources>();
	for (const [name, after, make] of steps) {
		const dependsOn = joined(after.map((step) => resourcesOf(step, made)));
		const resources = make({ parent, dependsOn });
		const list = resources instanceof Promise ? resources : [resources].flat();
		made.set(name, list instanceof Promise || list.length > 0 ? list : dependsOn);
	}
}

/** The resources of several lists, each once. A promise where one of the lists is one. */
function joined(lists: readonly Resources[]): pulumi.Resource[] | Promise<pulumi.Resource[]> {
	const all = (known: readonly (readonly pulumi.Resource[])[]) => [...new Set(known.flat())];
	const isKnown = (each: Resources): each is readonly pulumi.Resource[] => !(each instanceof Promise);
	return lists.every(isKnown) ? all(lists) : Promise.all(lists).then(all);
}

function resourcesOf(step: string, made: ReadonlyMap<string, Resources>): Resources {
	const resources = made.get(step);
	if (!resources) throw new ExpectationError({ at: step, expected: "a step that was made before", got: "none" });
	return resources;
}
