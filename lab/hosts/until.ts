/**
 * Calls `probe` until it returns a value other than undefined, and returns that value. Throws at the limit, with the subject and the last
 * observation (an error of the probe, or a text that it passed to its argument).
 */
export async function until<T>(
	subject: string,
	limitSeconds: number,
	probe: (seen: (what: string) => void) => Promise<T | undefined>,
): Promise<T> {
	const end = Date.now() + limitSeconds * 1000;
	let last = "nothing";
	for (;;) {
		try {
			const found = await probe((what) => {
				last = what;
			});
			if (found !== undefined) return found;
		} catch (error) {
			if (!(error instanceof Error)) throw error;
			last = error.message;
		}
		if (Date.now() > end) throw new Error(`${subject}: not so after ${limitSeconds} s; last seen: ${last}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}
