import { describe, expect, it } from "vitest";
import { inOrder, placesBefore, rolloutProblems, sizeOf } from "../../provider/config/rollout";

describe("rollout", () => {
	it.each([
		[1, 10, 1],
		[3, 10, 3],
		["20%", 10, 2],
		["25%", 10, 2],
		["5%", 10, 1],
		["100%", 10, 10],
	])("maxUnavailable %s of %s workers is %s", (maxUnavailable, workers, size) => {
		expect(sizeOf(maxUnavailable, workers)).toBe(size);
	});

	it("orders the named workers first, and the others as the program lists them", () => {
		expect(inOrder(["a", "b", "c", "d"], { order: ["c", "a"] })).toEqual(["c", "a", "b", "d"]);
		expect(inOrder(["a", "b"])).toEqual(["a", "b"]);
	});

	it("lets the first worker change alone, and so many at once afterwards", () => {
		expect([0, 1, 2, 3].map((place) => placesBefore(place, 1))).toEqual([[], [0], [1], [2]]);
		expect([0, 1, 2, 3, 4, 5, 6].map((place) => placesBefore(place, 3))).toEqual([[], [0], [0], [0], [1], [2], [3]]);
	});

	it("names each wrong value, with what to write instead", () => {
		const problems = (rollout: object) =>
			rolloutProblems(rollout, ["worker-1", "worker-2"]).map(({ path, message }) => `${path}: ${message}`);
		const size = 'a number of workers from 1, or a percentage from "1%" to "100%"';
		expect(problems({ maxUnavailable: 0 })).toEqual([`rollout.maxUnavailable: expected ${size}, got 0`]);
		expect(problems({ maxUnavailable: "120%" })).toEqual([`rollout.maxUnavailable: expected ${size}, got "120%"`]);
		expect(problems({ maxUnavailable: 1.5 })).toEqual([`rollout.maxUnavailable: expected ${size}, got 1.5`]);
		expect(problems({ order: ["worker-1", "worker-1", "worker-3"] })).toEqual([
			'rollout.order[1]: expected each worker once, got "worker-1" again',
			'rollout.order[2]: expected the name of a worker, got "worker-3"; did you mean "worker-1"?',
		]);
	});

	it("refuses no name while the name of a worker is not known", () => {
		expect(rolloutProblems({ order: ["worker-9"] }, ["worker-1", undefined])).toEqual([]);
	});
});
