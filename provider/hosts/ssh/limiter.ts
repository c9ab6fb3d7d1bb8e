/** Makes a function that runs at most `most` operations at once. The other operations wait for their turn, in order. */
export function limiter(most: number): <T>(operation: () => Promise<T>) => Promise<T> {
	let running = 0;
	const waiting: (() => void)[] = [];
	return async (operation) => {
		if (running >= most) await new Promise<void>((turn) => waiting.push(turn));
		else running++;
		try {
			return await operation();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else running--;
		}
	};
}
