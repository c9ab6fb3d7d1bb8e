import type * as pulumi from "@pulumi/pulumi";
import { ExpectationError } from "../config/expected";

/**
 * One step of a bring-up: its name, the names of the steps that it comes after, and a function that makes its
 * resources.
 */
export type Step = readonly [
	name: string,
	after: readonly string[],
	make: (options: pulumi.CustomResourceOptions) => pulumi.Resource | readonly pulumi.Resource[],
];

/**
 * Makes resources step by step. Resources of a step depend on those of the steps that it comes after. A step that makes
 * nothing hands its dependencies on.
 *
 * @throws Error for a step that comes after one that does not stand before it in the list
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
