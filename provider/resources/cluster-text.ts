import * as pulumi from "@pulumi/pulumi";

/** Texts of the clusters that were sent, by the cluster; `undefined` for one that has no text. */
const texts = new WeakMap<object, string | undefined>();

/**
 * A cluster as the engine receives it: JSON text, where all of it is known while the program runs. An object would be taken
 * apart and put together again, field by field, for each of the many resources that belong to one cluster. A cluster with a
 * value from another resource, such as an Output, is sent as it is.
 */
export function clusterText<T>(cluster: T): T | string {
	if (typeof cluster !== "object" || cluster === null) return cluster;
	if (!texts.has(cluster)) texts.set(cluster, isData(cluster) ? JSON.stringify(cluster) : undefined);
	return texts.get(cluster) ?? cluster;
}

/** Whether a value is the same after it was a JSON text, but for fields that are undefined. */
function isData(value: unknown): boolean {
	if (Array.isArray(value)) return value.every((item) => item !== undefined && isData(item));
	if (typeof value === "number") return Number.isFinite(value);
	if (typeof value !== "object" || value === null) return !["function", "symbol", "bigint"].includes(typeof value);
	if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
	const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value));
	return isPlain && Object.values(value).every(isData);
}
