import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { limiter } from "../../provider/hosts/ssh/limiter";
import { WaitError, waitFor } from "../../provider/hosts/wait";
import { toldObservations } from "../../provider/hosts/wait-status";

describe("waitFor", () => {
	it("observes before it waits", async () => {
		const start = performance.now();
		expect(await waitFor({ subject: "it", timeoutSeconds: 0, observe: async () => ({ done: true, value: 5 }) })).toBe(
			5,
		);
		expect(performance.now() - start).toBeLessThan(50);
	});

	it("observes again until the wait is over, and tells what it waits for and since when", async () => {
		const sights = ["a", "a", "b"];
		const told: string[] = [];
		const value = await waitFor({
			subject: "API server of cp-1",
			timeoutSeconds: 10,
			intervalSeconds: 0.01,
			toldAfterSeconds: 0,
			observe: async () => {
				const saw = sights.shift();
				return saw ? { done: false, saw } : { done: true, value: "ready" };
			},
			onStatus: (status) => told.push(status),
		});
		expect([value, told]).toEqual(["ready", ["API server of cp-1: a (0 s of 10 s)"]]);
	});

	it("fails at its limit with the last observation and the explanation", async () => {
		const start = performance.now();
		let looks = 0;
		const error: WaitError = await waitFor<void>({
			subject: "it",
			timeoutSeconds: 0.4,
			observe: async () => ({ done: false, saw: `look ${++looks}` }),
			explain: async () => "because",
		}).catch((thrown) => thrown);
		expect(error).toBeInstanceOf(WaitError);
		expect([error.subject, error.limit, error.lastObservation]).toEqual(["it", 0.4, `look ${looks}`]);
		expect(error.message).toBe(`it: limit of 0.4 s reached; last observation: look ${looks}\nbecause`);
		expect(performance.now() - start).toBeGreaterThanOrEqual(390);
		expect(performance.now() - start).toBeLessThan(1000);
		expect(looks).toBeGreaterThan(2);
	});

	it("fails at once when the observation is final", async () => {
		let looks = 0;
		const wait = waitFor<void>({
			subject: "it",
			timeoutSeconds: 60,
			intervalSeconds: 0.01,
			observe: async () => ({ done: false, saw: "broken", hopeless: ++looks === 2 }),
			explain: async () => "because",
		});
		await expect(wait).rejects.toThrow("it: broken (after 0 s of 60 s)\nbecause");
		expect(looks).toBe(2);
	});

	it("ends at its limit although an observation hangs", async () => {
		await expect(waitFor({ subject: "it", timeoutSeconds: 0.1, observe: () => new Promise(() => {}) })).rejects.toThrow(
			"it: limit of 0.1 s reached; last observation: none: the first observation did not end",
		);
	});

	it("keeps its own error when the explanation fails, and passes on an observation's error", async () => {
		const failing = async () => {
			throw new Error("no connection");
		};
		await expect(
			waitFor({ subject: "it", timeoutSeconds: 0, observe: async () => ({ done: false, saw: "x" }), explain: failing }),
		).rejects.toThrow("last observation: x\n  the cause is not known: no connection");
		await expect(waitFor({ subject: "it", timeoutSeconds: 5, observe: failing })).rejects.toThrow(/^no connection$/);
	});
});

describe("what a person is told of a wait", () => {
	/** The observations that are told, of one observation in each second. */
	const told = (sights: string, firstAfter?: number) => {
		const isTold = toldObservations(firstAfter);
		return [...sights].flatMap((saw, second) => (isTold(saw, second) ? [`${saw} ${second}`] : []));
	};

	it("is nothing where the wait is soon over, except where somebody must know at once", () => {
		expect(told("aabba")).toEqual([]);
		expect(told("aabba", 0)).toEqual(["a 0"]);
	});

	it("is what is seen after 5 s, what changes from then on, and after half a minute the same again", () => {
		expect(told("abcdefg")).toEqual(["f 5"]);
		expect(told(`${"a".repeat(40)}bcd${"e".repeat(10)}`)).toEqual(["a 5", "a 35", "b 40", "e 45"]);
	});
});

describe("limiter", () => {
	it("runs at most the given number at once, in order, also after failures", async () => {
		const limited = limiter(3);
		let running = 0;
		let most = 0;
		const order: number[] = [];
		const all = Array.from({ length: 20 }, (_, index) =>
			limited(async () => {
				order.push(index);
				most = Math.max(most, ++running);
				await pause(2);
				running--;
				if (index % 4 === 0) throw new Error("failed");
			}),
		);
		const results = await Promise.allSettled(all);
		expect([most, running, results.filter(({ status }) => status === "rejected").length]).toEqual([3, 0, 5]);
		expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
	});
});
