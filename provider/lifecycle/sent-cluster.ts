import { isUnknown } from "../facts/unknown";

/** Clusters by the text that the program sent: one object for all resources of a cluster, so that it is resolved once. */
const clusters = new Map<string, unknown>();

/** Arguments with the cluster as an object, where the program sent its text. */
export function withCluster(args: Record<string, unknown>): Record<string, unknown> {
	const { cluster: text } = args;
	if (typeof text !== "string" || isUnknown(text)) return args;
	if (!clusters.has(text)) clusters.set(text, JSON.parse(text));
	return { ...args, cluster: clusters.get(text) };
}
