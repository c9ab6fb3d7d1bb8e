/**
 * Waits for a value, within a limit.
 * @param late ends what comes after the limit, for example closes a stream
 * @throws Error after the limit, which says what did not come: `no connection within 3 s`
 */
export async function within<T>(
	promised: Promise<T>,
	{ seconds, what, late }: { seconds: number; what: string; late: (value: T) => void },
): Promise<T> {
	const { promise: limit, reject } = Promise.withResolvers<never>();
	const timer = setTimeout(() => {
		reject(new Error(`no ${what} within ${seconds} s`));
		promised.then(late, () => {});
	}, seconds * 1000);
	try {
		return await Promise.race([promised, limit]);
	} finally {
		clearTimeout(timer);
	}
}
