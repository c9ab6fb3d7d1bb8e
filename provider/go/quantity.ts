/** An amount in billionths, and whether it counts in powers of 1024. */
interface Quantity {
	nanos: bigint;
	style: "binary" | "decimal" | "exponent";
}

const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** Beyond, a number would have more digits than it takes to say; kubeadm computes it until its memory ends. */
const largestExponent = 9999;

/**
 * Reads `500m`, `64Mi`, `1e3`; undefined if it is none. Spaces around it do not count.
 *
 * Source: UnmarshalJSON and ParseQuantity, k8s.io/apimachinery/pkg/api/resource/quantity.go.
 */
export function parseQuantity(text: string): Quantity | undefined {
	// What has no digit is 0.
	const match = /^([-+]?)(\d*\.?\d*)([KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+|)$/.exec(withoutSpaces(text));
	if (!match?.[0]) return undefined;
	const [, sign, number = "", suffix = ""] = match;
	const [whole = "", fraction = ""] = number.split(".");
	const digits = BigInt(`${whole}${fraction}` || "0") * (sign === "-" ? -1n : 1n);
	const power = binary.indexOf(suffix);
	if (power > 0) return { nanos: scale(digits * 1024n ** BigInt(power), 9 - fraction.length), style: "binary" };
	const exponent = /^[eE]./.test(suffix) ? Number(suffix.slice(1)) : (decimal[suffix] ?? 0);
	if (Math.abs(exponent) > largestExponent) return undefined;
	const style = /^[eE]./.test(suffix) ? "exponent" : "decimal";
	return { nanos: scale(digits, 9 - fraction.length + exponent), style };
}

/** A quantity in its canonical form (`1024Ki` is `1Mi`); any other text stays as it is. */
export function normalizeQuantity(text: string): string {
	const quantity = parseQuantity(text);
	if (!quantity || isUsual(withoutSpaces(text))) return withoutSpaces(text);
	const { nanos } = quantity;
	if (nanos === 0n) return "0";
	const size = nanos < 0n ? -nanos : nanos;
	if (quantity.style === "binary" && size >= 1024n * 10n ** 9n && size % 10n ** 9n === 0n)
		return inBinary(nanos / 10n ** 9n);
	let [digits, exponent] = [nanos, -9];
	while (digits % 1000n === 0n) [digits, exponent] = [digits / 1000n, exponent + 3];
	if (quantity.style === "exponent") return exponent === 0 ? `${digits}` : `${digits}e${exponent}`;
	// Kubernetes has no letter beyond E, and says none then: its `1000E` is 1. Source: quantitySuffixer, suffix.go.
	return `${digits}${Object.entries(decimal).find(([, value]) => value === exponent)?.[0] ?? ""}`;
}

/** Only such spaces, as JSON has others as escapes. */
function withoutSpaces(text: string): string {
	const space = "[ \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]+";
	return text.replace(new RegExp(`^${space}|${space}$`, "g"), "");
}

/** Whether Kubernetes leaves a spelling as it is: `1.500`, `+1`, `1E3`. Source: ParseQuantity, the fast path. */
function isUsual(text: string): boolean {
	const [, whole = "", fraction = "", suffix = ""] = /^[-+]?0*(\d*)\.?(\d*)(.*)$/.exec(text)!;
	const digits = `${whole || "0"}${fraction}`;
	if (digits.startsWith("0") || digits.length > 18) return false;
	const power = binary.indexOf(suffix);
	if (power > 0) return fraction === "" && digits.length + 3 * power <= 14 && BigInt(digits) % 8n !== 0n;
	const exponent = /^[eE]./.test(suffix) ? Number(suffix.slice(1)) : (decimal[suffix] ?? 0);
	const scale = exponent - fraction.length;
	return scale >= -9 && scale % 3 === 0 && !digits.endsWith("000");
}

function inBinary(value: bigint): string {
	let [digits, power] = [value, 0];
	while (digits % 1024n === 0n && power < binary.length - 1) [digits, power] = [digits / 1024n, power + 1];
	return `${digits}${binary[power]}`;
}

/** Digits times a power of ten; what is smaller than a billionth is rounded up, as Kubernetes does. */
function scale(digits: bigint, exponent: number): bigint {
	if (exponent >= 0) return digits * 10n ** BigInt(exponent);
	const unit = 10n ** BigInt(-exponent);
	return digits / unit + (digits % unit > 0n ? 1n : 0n);
}
