import * as pulumi from "@pulumi/pulumi";

/**
 * What belongs to the node that the cluster was founded with, by the name that the cluster's identity keeps. Every field is
 * an Output of its own, so that known fields stay known. Of a single node nothing has to be chosen.
 */
export function ofFounder<T extends object>(founder: pulumi.Input<string>, byNode: ReadonlyMap<string, T>): T {
	const all = [...byNode.values()];
	if (all.length === 1) return all[0]!;
	const names = [...new Set(all.flatMap((each) => Object.keys(each)))].sort();
	const fields = names.map((name) => [
		name,
		pulumi.output(founder).apply((node) => byNode.get(node)?.[name as keyof T]),
	]);
	return Object.fromEntries(fields) as T;
}
