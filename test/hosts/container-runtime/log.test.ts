import { describe, expect, it } from "vitest";
import { written } from "../../../provider/hosts/container-runtime/log";

// Source: k8s.io/cri-client, pkg/logs/logs.go.
describe("a container's log", () => {
	it("is what it wrote, on either stream, without times and tags", () => {
		const log = [
			"2026-11-23T18:00:00.000000001Z stdout F one",
			"2026-11-23T18:00:00.000000002Z stderr F two: 2026-11-23T18:00:00Z stdout F",
			"2026-11-23T18:00:00.000000003Z stdout F ",
			"",
		].join("\n");
		expect(written(log)).toEqual(["one", "two: 2026-11-23T18:00:00Z stdout F", ""]);
	});

	it("has a long line as one, which stands there in parts", () => {
		const log = ["t stderr P a long ", "t stderr P line ", "t stderr F of three", "t stdout F next"].join("\n");
		expect(written(log)).toEqual(["a long line of three", "next"]);
		expect(written("t stdout P cut off")).toEqual(["cut off"]);
	});
});
