const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-]\d\d):(\d\d))$/;

/**
 * A moment such as `2030-01-01T00:00:00Z`; undefined for a text that is none. As Go reads it, the hour may have one
 * digit, a comma may stand before a fraction, and an offset may have 24 hours and 60 minutes.
 *
 * Source: time.Parse of Go with time.RFC3339, which UnmarshalJSON in k8s.io/apimachinery/pkg/apis/meta/v1/time.go calls.
 */
export function parseTime(text: string): Date | undefined {
	const match = form.exec(text);
	if (!match) return undefined;
	const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
	const [fraction = "", hours = "+0", minutes = "0"] = match.slice(7);
	const moment = new Date(0);
	moment.setUTCFullYear(year, month - 1, day);
	// A day that the month does not have would be one of the next.
	const isDay = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day;
	const isOffset = Math.abs(Number(hours)) <= 24 && Number(minutes) <= 60;
	if (!isDay || hour > 23 || minute > 59 || second > 59 || !isOffset) return undefined;
	const offset = Number(hours) * 60 + (hours.startsWith("-") ? -1 : 1) * Number(minutes);
	moment.setUTCHours(hour, minute - offset, second, Number(fraction.slice(0, 3).padEnd(3, "0")));
	return moment;
}

/** A time in UTC and to the second; any other text stays as it is. Source: MarshalJSON there. */
export function normalizeTime(text: string): string {
	const moment = parseTime(text);
	return moment ? moment.toISOString().replace(/\.\d+Z$/, "Z") : text;
}
