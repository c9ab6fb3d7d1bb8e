/** Time before the end of a certificate at which its renewal is due: 30 days, in seconds. */
const RENEW_BEFORE_SECONDS = 30 * 24 * 3600;

/**
 * Whether the next `up` must renew a certificate: 30 days before its end, or in the last third of its life where that is
 * shorter. A certificate's life is the requested validity or its own period, whichever is shorter: another signer may have
 * granted less, and certificates in kubeconfigs begin with their CA.
 * @param period ISO 8601; without `notBefore`, or with an empty one, only the requested validity counts
 * @param validity requested life in seconds
 */
export function renewalIsDue(period: { notBefore?: string; notAfter: string }, validity: number, now: Date): boolean {
	const seconds = (from: number, to: number) => (to - from) / 1000;
	const end = Date.parse(period.notAfter);
	const life = period.notBefore ? Math.min(validity, seconds(Date.parse(period.notBefore), end)) : validity;
	return seconds(now.getTime(), end) < Math.min(RENEW_BEFORE_SECONDS, life / 3);
}

/** Names of the fields of a certificate request whose change takes effect only with the next renewal, because a certificate does not show them. */
export const forNext = ["validity", "algorithm"] as const;

/** Copies the named fields of an object, without those that are undefined. */
export function pick<T extends object>(from: T, names: readonly (keyof T)[]): Partial<T> {
	const known = names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]);
	return Object.fromEntries(known) as Partial<T>;
}
