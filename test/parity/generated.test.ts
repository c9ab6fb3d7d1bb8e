import { afterAll, beforeAll, expect, describe as group, it } from "vitest";
import { minors } from "../../lab/toolchain/tools.ts";
import { allowed } from "./generate/allowed";
import { campaign } from "./generate/campaign";
import { describe } from "./generate/differences";
import { kubeadmOf, type Oracle, startOracle } from "./generate/oracle";
import { fieldsOf, kindNames } from "./generate/shapes";
import { valuesOf } from "./generate/values";

/** So many that kubeadm takes, and as many that are broken, of a fixed seed and of a fresh one. */
const seeds: readonly (readonly [seed: number, runs: number])[] = [
	[1, 24],
	[Math.floor(Math.random() * 2 ** 31), 6],
];

group.each(minors)("configurations made at random, and the real kubeadm %s", (minor) => {
	let oracle: Oracle;

	beforeAll(async () => {
		oracle = await startOracle(kubeadmOf(minor));
		expect(oracle.version).toMatch(new RegExp(`^v${minor}\\.`));
	}, 60_000);

	afterAll(() => oracle.stop());

	it.each(seeds)("agree on what is taken, and on what is rendered (seed %i, %i runs)", async (seed, runs) => {
		const { classes, counts } = await campaign(oracle, { runs, seed });
		expect([...classes].map(([name, { outcome }]) => `${name}\n${describe(outcome)}`)).toEqual([]);
		expect(counts.valid).toBeGreaterThanOrEqual(runs);
		expect(counts.broken).toBeGreaterThanOrEqual(runs);
		expect(counts.refused).toBeGreaterThan(0);
		expect(counts.facts).toBeGreaterThan(runs * 100);
	});

	it("have values for every field that there is", () => {
		const fields = kindNames.flatMap((kind) => fieldsOf(kind, oracle.version)).filter(({ scalar }) => scalar);
		const without = fields.filter((field) => valuesOf(field, oracle.version).valid.length === 0);
		expect(without.map(({ name }) => name)).toEqual([]);
		expect(fields.length).toBeGreaterThan(400);
	});
});

it("at most ten differences from kubeadm are allowed, each with its reason", () => {
	expect(allowed.length).toBeLessThanOrEqual(10);
	expect(allowed.filter(({ source }) => source === "")).toEqual([]);
});
