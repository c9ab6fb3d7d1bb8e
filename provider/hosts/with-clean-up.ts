import { status } from "./status";

/**
 * Does work, then cleans up whether or not the work failed. Where the work failed, its error is thrown, and an error of the
 * clean-up is shown as a status line.
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
