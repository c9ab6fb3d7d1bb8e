import { describe, expect, it } from "vitest";
import type { Rule } from "../../provider/pki/inspect";
import { verdictOn } from "../../provider/pki/keep-or-issue";

const day = 24 * 3600;
const now = new Date("2030-01-01T00:00:00Z");
const endsIn = (days: number) => ({
	notBefore: new Date(now.getTime() - (365 - days) * day * 1000).toISOString(),
	notAfter: new Date(now.getTime() + days * day * 1000).toISOString(),
});
/** A credential that fails these rules. */
const failing =
	(...rules: Rule[]) =>
	(rule: Rule) =>
		rules.includes(rule) ? [`not ${rule}`] : [];
const about = { strict: "exactly", wasInPlace: false, period: endsIn(300), validity: 365 * day, now } as const;

describe("the verdict on a certificate or kubeconfig in place", () => {
	it("is that it lasts, where it is what was asked for and ends later than in 30 days", () => {
		expect(verdictOn({ ...about, problemsBy: failing() })).toEqual({
			asAsked: true,
			acceptable: true,
			lasts: true,
			problems: [],
		});
	});

	it("is that it is acceptable and does not last, where it ends within 30 days", () => {
		expect(verdictOn({ ...about, period: endsIn(29), problemsBy: failing() })).toMatchObject({
			acceptable: true,
			lasts: false,
		});
	});

	it("names the problems of one that this program signed and that differs", () => {
		expect(verdictOn({ ...about, problemsBy: failing("exactly") })).toEqual({
			asAsked: false,
			acceptable: false,
			lasts: false,
			problems: ["not exactly"],
		});
	});

	it("accepts by kubeadm's rule what was in place before, and says that it differs from what was asked for", () => {
		expect(verdictOn({ ...about, wasInPlace: true, problemsBy: failing("exactly") })).toEqual({
			asAsked: false,
			acceptable: true,
			lasts: true,
			problems: [],
		});
		expect(verdictOn({ ...about, wasInPlace: true, problemsBy: failing("exactly", "in place") }).problems).toEqual([
			"not in place",
		]);
	});

	it("judges what others signed by the rule for that", () => {
		expect(verdictOn({ ...about, strict: "at least", problemsBy: failing("exactly") }).asAsked).toBe(true);
		expect(verdictOn({ ...about, strict: "at least", problemsBy: failing("at least") }).problems).toEqual([
			"not at least",
		]);
	});

	it("lets a token last, which has no period", () => {
		const { period: _, ...token } = about;
		expect(verdictOn({ ...token, problemsBy: failing() }).lasts).toBe(true);
	});
});
