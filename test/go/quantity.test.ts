import { describe, expect, it } from "vitest";
import { normalizeQuantity, parseQuantity } from "../../provider/go/quantity";

describe("quantities", () => {
	// Expected texts are those of k8s.io/apimachinery/pkg/api/resource: Quantity.String.
	it.each([
		["1024Ki", "1Mi"],
		["0.5Gi", "512Mi"],
		["1000m", "1"],
		["0.1", "100m"],
		["1500", "1500"],
		["2000", "2k"],
		["12e3", "12e3"],
		["0", "0"],
		["1025", "1025"],
		["100Mi", "100Mi"],
		["-1500Ki", "-1500Ki"],
		["1E", "1E"],
		["1E3", "1E3"],
		["10e5", "1e6"],
		["1e1", "10"],
		["1e30", "1e30"],
		["1e100", "10e99"],
		["1000E", "1"],
		["+1", "+1"],
		["1.", "1."],
		["1.500", "1.500"],
		["2.50k", "2500"],
		["001", "001"],
		["009Ki", "009Ki"],
		["16Ki", "16Ki"],
	])("%s is written %s", (given, wanted) => {
		expect(normalizeQuantity(given)).toBe(wanted);
	});

	it.each(["", "1kb", "1 Mi", "1KI", "1.2.3"])("%j is none", (text) => {
		expect(parseQuantity(text)).toBeUndefined();
	});
});
