import * as pulumi from "@pulumi/pulumi";
import type { Gate, Host } from "../resources";

/** When the program began, in milliseconds since 1970. */
const BEGAN = performance.timeOrigin;

/** A node's turn in a roll. */
export interface Turn {
	/** Fulfilled, with no dependency, when the worker may change. */
	begins: Promise<pulumi.Resource[]>;
	/** Fulfilled when the worker has changed, or is one that nobody waits for. */
	ends: (kubelet: pulumi.Resource) => Promise<unknown>;
}

/**
 * The place of a worker in a roll. A worker whose machine this `up` reaches for the first time joins at once, and nobody waits
 * for it. A preview waits for nothing.
 *
 * No dependency is recorded, as with `dependsOn`: the engine would delete one worker after the other.
 * @param before the ends of the turns of those that change before this worker
 */
export function turnOf(host: Host, before: readonly Promise<unknown>[]): Turn {
	if (pulumi.runtime.isDryRun()) return { begins: Promise.resolve([]), ends: async () => {} };
	const isNew = isOfThisRun(host.firstContact);
	const others = Promise.all(before);
	return {
		begins: isNew.then(async (itIs) => {
			if (!itIs) await others;
			return [];
		}),
		ends: (kubelet) => isNew.then(async (itIs) => (itIs ? others : ended(kubelet))),
	};
}

/** What a preview says of the order in which control planes change: the nodes of the gates that are waited for. */
export function rollOrder(after: readonly Gate[] = []): { rollsAfter?: string[] } {
	const rollsAfter = after.map(({ nodeName }) => nodeName).filter((name) => typeof name === "string");
	return rollsAfter.length > 0 ? { rollsAfter } : {};
}

/** Fulfilled when a resource is made or changed. Never where it fails: the engine then ends the program. */
export function ended(resource: pulumi.Resource): Promise<unknown> {
	return known(resource.urn);
}

/** Whether an output is a time in the run of this program, in milliseconds since 1970. */
export async function isOfThisRun(output: pulumi.Output<number | undefined>): Promise<boolean> {
	const at = await known(output);
	return typeof at === "number" && at >= BEGAN && at <= Date.now();
}

/** Waits for an output. Never fulfilled where its resource fails: the engine then ends the program. */
function known<T>(output: pulumi.Output<T>): Promise<T> {
	return new Promise((resolve) => output.apply((value) => void resolve(value)));
}
