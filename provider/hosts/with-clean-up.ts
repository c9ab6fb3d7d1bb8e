import { status } from "./status";

/**
 * Runs `work`, then `cleanUp`, also where `work` failed.
 * @returns the result of `work`
 * @throws the error of `work`, and an error of `cleanUp` is then shown as a status line; else the error of `cleanUp`
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
