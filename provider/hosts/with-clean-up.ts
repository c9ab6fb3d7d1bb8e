import { status } from "./status";

/**
 * Work, and what has to be cleaned up after it, whatever came of it. Where the work failed, its error is the one to know:
 * one of the cleaning is only said.
 */
export async function withCleanUp<T>(work: () => Promise<T>, cleanUp: () => Promise<void>): Promise<T> {
	let done: T;
	try {
		done = await work();
	} catch (error) {
		await cleanUp().catch((failure: Error) => status(failure.message));
		throw error;
	}
	await cleanUp();
	return done;
}
