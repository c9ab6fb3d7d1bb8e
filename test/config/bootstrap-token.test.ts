import { describe, expect, it } from "vitest";
import { type BootstrapTokenSpec, bootstrapTokenProblems, splitToken } from "../../provider/config/bootstrap-token";
import { UNKNOWN } from "../../provider/facts/unknown";

const problems = (spec: object) => bootstrapTokenProblems(spec as BootstrapTokenSpec, "bootstrapTokens[0]");

describe("a bootstrap token", () => {
	it("may be given with all its fields, with none, or with what is not known yet", () => {
		expect(problems({})).toEqual([]);
		expect(
			problems({
				token: "abcdef.0123456789abcdef",
				description: "for one node",
				ttl: "1h30m",
				usages: ["authentication"],
				groups: ["system:bootstrappers:workers"],
			}),
		).toEqual([]);
		expect(problems({ expires: "2030-01-01T00:00:00+01:00" })).toEqual([]);
		expect(problems({ token: UNKNOWN, ttl: UNKNOWN, usages: UNKNOWN, groups: [UNKNOWN] })).toEqual([]);
	});

	it.each(["abcdef", "ABCDEF.0123456789abcdef", "abcdef.0123456789abcde", "abcdef.0123456789abcdefg", "", 7])(
		"is refused as %s, which is not shown",
		(token) => {
			const [problem, ...others] = problems({ token });
			expect(others).toEqual([]);
			expect(problem!.path).toBe("bootstrapTokens[0].token");
			expect(problem!.message).toBe(
				"expected six, a dot and sixteen lower case letters or digits, got something else; `kubeadm token generate` prints one",
			);
		},
	);

	it("has one end, usages that there are, and groups only for who logs in, as kubeadm says", () => {
		expect(problems({ ttl: "1h", expires: "2030-01-01T00:00:00Z" })).toEqual([
			{ path: "bootstrapTokens[0].expires", message: "expected one of ttl and expires, got both" },
		]);
		expect(problems({ usages: ["signing"] })).toEqual([
			{
				path: "bootstrapTokens[0].usages",
				message: 'expected "authentication" among them, as its groups are for who logs in with it, got ["signing"]',
			},
		]);
		expect(problems({ usages: ["authentication", "joining"] })).toEqual([
			{
				path: "bootstrapTokens[0].usages[1]",
				message: 'expected one of "signing", "authentication", got "joining"',
			},
		]);
		expect(problems({ groups: ["system:masters"], expires: "tomorrow" })).toEqual([
			{
				path: "bootstrapTokens[0].groups[0]",
				message: 'expected a group such as system:bootstrappers:worker, got "system:masters"',
			},
			{
				path: "bootstrapTokens[0].expires",
				message: 'expected a time such as 2030-01-01T00:00:00Z, got "tomorrow"',
			},
		]);
		expect(problems({ ttl: "a day" }).map(({ path }) => path)).toEqual(["bootstrapTokens[0].ttl"]);
		expect(problems({ tll: "1h" }).map(({ path }) => path)).toEqual(["bootstrapTokens[0].tll"]);
	});

	it("has two parts", () => {
		expect(splitToken("abcdef.0123456789abcdef")).toEqual({ id: "abcdef", secret: "0123456789abcdef" });
		expect(splitToken("abcdef.0123456789abcdef\n")).toBeUndefined();
	});
});
