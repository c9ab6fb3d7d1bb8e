import type * as pulumi from "@pulumi/pulumi";
import { ExpectationError } from "../config/expected";

/**
 * One step of a bring-up: its name, the names of the earlier steps that it depends on, and a function that makes its
 * resources. The function passes `options` to each resource; it may return an empty list.
 */
export type Step = readonly [
	name: string,
	after: readonly string[],
	make: (options: pulumi.CustomResourceOptions) => pulumi.Resource | readonly pulumi.Resource[],
];

/**
 * Makes resources step by step. Resources of a step depend on the resources of the steps named in `after`. A step that
 * makes nothing passes its dependencies on to the steps that depend on it.
 *
 * @throws ExpectationError for a step that depends on one that is not earlier in the list
 */
export function bringUp(parent: pulumi.Resource, steps: readonly Step[]): void {
	const made = new Map<string, readonly pulumi.Resource[]>();
	for (const [name, after, make] of steps) {
		const dependsOn = [...new Set(after.flatMap((step) => resourcesOf(step, made)))];
		const resources = [make({ parent, dependsOn })].flat();
		made.set(name, resources.length > 0 ? resources : dependsOn);
	}
}

function resourcesOf(step: string, made: ReadonlyMap<string, readonly pulumi.Resource[]>): readonly pulumi.Resource[] {
	const resources = made.get(step);
	if (!resources) throw new ExpectationError({ at: step, expected: "a step that was made before", got: "none" });
	return resources;
}
