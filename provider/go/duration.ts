import { isUnknown, UNKNOWN } from "../facts/unknown";

const nanoseconds: Readonly<Record<string, bigint>> = {
	ns: 1n,
	us: 1_000n,
	µs: 1_000n,
	μs: 1_000n,
	ms: 1_000_000n,
	s: 1_000_000_000n,
	m: 60_000_000_000n,
	h: 3_600_000_000_000n,
};
const longest = 2n ** 63n - 1n;

/** Nanoseconds of a duration such as `1h30m` or `-1.5s`; undefined if it is none. Source: Go's time.ParseDuration. */
export function parseDuration(text: string): bigint | undefined {
	const match = /^([-+]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
	if (!match) return undefined;
	let sum = 0n;
	for (const [, number = "", unit = ""] of (match[2] ?? "").matchAll(/([\d.]+)([a-zµμ]+)/g)) {
		const [whole = "", fraction = ""] = number.split(".");
		const scale = nanoseconds[unit] ?? 0n;
		sum += BigInt(whole || "0") * scale + (BigInt(fraction || "0") * scale) / 10n ** BigInt(fraction.length);
	}
	const isNegative = match[1] === "-";
	if (sum > (isNegative ? longest + 1n : longest)) return undefined;
	return isNegative ? -sum : sum;
}

/** A duration as Go prints it: `1h0m0s`, `1m30s`, `500ms`, `0s`. Source: Go's time.Duration.String. */
export function formatDuration(duration: bigint): string {
	if (duration === 0n) return "0s";
	const sign = duration < 0n ? "-" : "";
	const size = duration < 0n ? -duration : duration;
	if (size < 1_000n) return `${sign}${size}ns`;
	if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
	if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
	const minutes = size / 60_000_000_000n;
	const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
	if (minutes === 0n) return sign + seconds;
	if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
	return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** A duration in Go's spelling; any other text stays as it is. */
export function normalizeDuration(text: string): string {
	const duration = parseDuration(text);
	return duration === undefined ? text : formatDuration(duration);
}

/** A duration in whole seconds; unknown for a duration that is not known yet. */
export function durationSeconds(text: string): number {
	if (isUnknown(text)) return UNKNOWN as unknown as number;
	return Number((parseDuration(text) ?? 0n) / 1_000_000_000n);
}

/** Milliseconds, with fractions; 0 for what is no duration. */
export function durationMilliseconds(text: string): number {
	return Number(parseDuration(text) ?? 0n) / 1e6;
}

function decimal(value: bigint, digits: number): string {
	const unit = 10n ** BigInt(digits);
	const fraction = (value % unit).toString().padStart(digits, "0").replace(/0+$/, "");
	return fraction ? `${value / unit}.${fraction}` : `${value / unit}`;
}
