import * as pulumi from "@pulumi/pulumi";
import { UNKNOWN } from "../facts/unknown";
import { isAwaited, isPlainObject } from "./argument-checks";

/**
 * Copies arguments with the values of the Outputs and Promises among them. `UNKNOWN` stands for a value that a preview
 * does not know, for a secret, and for a value that is not available after `limitSeconds` seconds. The limit ends the
 * wait for an Output that itself waits for the resource with these arguments.
 * @throws the error of a Promise that is rejected
 */
export async function withKnownOutputs<T>(args: T, { limitSeconds }: { limitSeconds: number }): Promise<T> {
	const { promise: limit, resolve } = Promise.withResolvers<typeof UNKNOWN>();
	const timer = setTimeout(() => resolve(UNKNOWN), limitSeconds * 1000);
	try {
		return (await knownOf(args, limit)) as T;
	} finally {
		clearTimeout(timer);
	}
}

/** Whether an Output or a Promise is anywhere among the arguments. */
export function hasOutputs(args: unknown): boolean {
	if (isAwaited(args)) return true;
	return (Array.isArray(args) || isPlainObject(args)) && Object.values(args).some(hasOutputs);
}

async function knownOf(value: unknown, limit: Promise<typeof UNKNOWN>): Promise<unknown> {
	if (isAwaited(value)) return Promise.race([engineValueOf(value), limit]);
	if (Array.isArray(value)) return Promise.all(value.map((item) => knownOf(item, limit)));
	if (!isPlainObject(value)) return value;
	const fields = Object.entries(value).map(async ([name, item]) => [name, await knownOf(item, limit)] as const);
	return Object.fromEntries(await Promise.all(fields));
}

/** The value that the engine would receive. */
async function engineValueOf(value: unknown): Promise<unknown> {
	const { value: serialized } = await pulumi.runtime.serializeProperties("arguments", { value });
	return withoutSpecial(serialized);
}

/** Replaces secrets, resources and assets, which the engine receives under a signature. */
function withoutSpecial(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutSpecial);
	if (typeof value !== "object" || value === null) return value;
	if (pulumi.runtime.specialSigKey in value) return UNKNOWN;
	return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutSpecial(item)]));
}
