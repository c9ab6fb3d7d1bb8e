/** At the latest this long before its end a certificate is renewed: 30 days, in seconds. */
const RENEW_BEFORE_SECONDS = 30 * 24 * 3600;

/**
 * Whether a certificate is to be renewed by the next `up`: 30 days before its end, or in the last third of a shorter life.
 * @param notAfter ISO 8601
 * @param validity its whole life in seconds
 */
export function renewalIsDue(notAfter: string, validity: number, now: Date): boolean {
	const left = (new Date(notAfter).getTime() - now.getTime()) / 1000;
	return left < Math.min(RENEW_BEFORE_SECONDS, validity / 3);
}
