/** At the latest this long before its end a certificate is renewed: 30 days, in seconds. */
const RENEW_BEFORE_SECONDS = 30 * 24 * 3600;

/**
 * Whether a certificate is to be renewed by the next `up`: 30 days before its end, or in the last third of a shorter life.
 * What others signed may live shorter than was asked for, and what kubeadm puts into a kubeconfig begins with its CA: the
 * shorter counts.
 * @param period when it begins and ends, ISO 8601; without a beginning only what was asked for counts
 * @param validity the whole life in seconds that was asked for
 */
export function renewalIsDue(period: { notBefore?: string; notAfter: string }, validity: number, now: Date): boolean {
	const seconds = (from: number, to: number) => (to - from) / 1000;
	const end = Date.parse(period.notAfter);
	const life = period.notBefore ? Math.min(validity, seconds(Date.parse(period.notBefore), end)) : validity;
	return seconds(now.getTime(), end) < Math.min(RENEW_BEFORE_SECONDS, life / 3);
}

/** Of what a certificate is asked to be, what is not seen of the one that is there. */
export const forNext = ["validity", "algorithm"] as const;

/** Some fields of an object, those that it has. */
export function pick<T extends object>(from: T, names: readonly (keyof T)[]): Partial<T> {
	const known = names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]);
	return Object.fromEntries(known) as Partial<T>;
}
