import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	durationMilliseconds,
	durationSeconds,
	formatDuration,
	normalizeDuration,
	parseDuration,
} from "../../provider/go/duration";

describe("durations", () => {
	// Expected texts are those of Go's time.Duration.String.
	it.each([
		["8760h", "8760h0m0s"],
		["90s", "1m30s"],
		["1.5h", "1h30m0s"],
		["0", "0s"],
		["1h0m0.5s", "1h0m0.5s"],
		["1500us", "1.5ms"],
		["2ns", "2ns"],
		["-1m", "-1m0s"],
		["+.5s", "500ms"],
	])("%s is written %s", (given, wanted) => {
		expect(normalizeDuration(given)).toBe(wanted);
	});

	it.each(["", "1", "1 h", "h", "1d", "1h-1m", ".s", "9223372037s1h", "1e3s"])("%j is none", (text) => {
		expect(parseDuration(text)).toBeUndefined();
	});

	it("keep their length when they are written and read again", () => {
		fc.assert(
			fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (length) => {
				expect(parseDuration(formatDuration(length))).toBe(length);
			}),
		);
	});

	it("are whole seconds where seconds are asked for", () => {
		expect(durationSeconds("1m30.9s")).toBe(90);
	});

	it("keep what is below a second where milliseconds are asked for", () => {
		expect(durationMilliseconds("1m30.9s")).toBe(90_900);
		expect(durationMilliseconds("1μs")).toBe(0.001);
	});
});
