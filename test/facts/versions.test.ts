import { describe, expect, it } from "vitest";
import { hasSince, minorNumber, minorRelease, versionNumbers } from "../../provider/facts/versions";

describe("the numbers of a version", () => {
	it.each([
		["v1.37.2", { major: 1, minor: 37, patch: 2 }],
		["1.37.2-rc.1+a0b", { major: 1, minor: 37, patch: 2 }],
		["ci/v1.36.10", { major: 1, minor: 36, patch: 10 }],
		["1.35", { major: 1, minor: 35, patch: 0 }],
		["latest", { major: 0, minor: 0, patch: 0 }],
	])("of %s are %j", (version, numbers) => {
		expect(versionNumbers(version)).toEqual(numbers);
	});

	it("give the minor release, with and without the major number", () => {
		expect([minorRelease("ci/v1.36.10"), minorNumber("ci/v1.36.10")]).toEqual(["1.36", 36]);
		expect([minorNumber("2.40.0"), minorNumber("latest")]).toEqual([0, 0]);
	});

	it("tell whether a release has a behaviour that a minor release brought", () => {
		expect([hasSince("1.34.9", "cgroupV1Refused"), hasSince("v1.35.0", "cgroupV1Refused")]).toEqual([false, true]);
	});
});
