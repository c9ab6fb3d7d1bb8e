import * as pulumi from "@pulumi/pulumi";

/**
 * Returns the value in `byNode` that belongs to the cluster's founder, the node whose name `founder` holds. Each field
 * is an Output of its own, so that known fields stay known. Where `byNode` has a single entry, its value is returned as
 * it is.
 */
export function ofFounder<T extends object>(founder: pulumi.Input<string>, byNode: ReadonlyMap<string, T>): T {
	const all = [...byNode.values()];
	if (all.length === 1) return all[0]!;
	const names = [...new Set(all.flatMap((each) => Object.keys(each)))].sort();
	// The typed paths of an object stand under a symbol.
	const symbols = new Set(all.flatMap((each) => Object.getOwnPropertySymbols(each)));
	const fields = [...names, ...symbols].map((name) => [
		name,
		pulumi.output(founder).apply((node) => byNode.get(node)?.[name as keyof T]),
	]);
	return Object.fromEntries(fields) as T;
}
