/** Numbers that follow from a seed, so that a run can be had again. */
export interface Random {
	/** From 0 up to, not including, a limit. */
	below(limit: number): number;
	chance(probability: number): boolean;
	pick<T>(items: readonly T[]): T;
	/** Some of them, each at most once, in a new order. */
	some<T>(items: readonly T[], count: number): T[];
}

/** Source of the method: mulberry32, which is in the public domain. */
export function randomOf(seed: number): Random {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const below = (limit: number) => Math.floor(next() * limit);
	return {
		below,
		chance: (probability) => next() < probability,
		pick: (items) => {
			if (items.length === 0) throw new Error("random: expected something to pick from, got nothing");
			return items[below(items.length)]!;
		},
		some: (items, count) => {
			const left = [...items];
			return Array.from({ length: Math.min(count, left.length) }, () => left.splice(below(left.length), 1)[0]!);
		},
	};
}
