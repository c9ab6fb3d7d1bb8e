import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameOf, project } from "../../provider/lifecycle/kubernetes/objects";

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
	value: fc.oneof({ depthSize: "small" }, scalar, fc.array(tie("value"), { maxLength: 3 }), tie("object")),
	object: fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie("value"), { maxKeys: 4 }),
}));

/** What others put beside our fields, at every depth. */
function withMore(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withMore);
	if (typeof value !== "object" || value === null) return value;
	return { ...Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withMore(item)])), addedByOthers: 1 };
}

describe("the part of a living object that a wanted one speaks of", () => {
	it("is the wanted one, whatever others added beside it", () => {
		fc.assert(
			fc.property(object, (wanted) => {
				expect(project(withMore(wanted), wanted)).toEqual(wanted);
			}),
		);
	});

	it("is the wanted one of itself, and the same again of what was shown", () => {
		fc.assert(
			fc.property(object, object, (living, wanted) => {
				expect(project(wanted, wanted)).toEqual(wanted);
				const shown = project(living, wanted);
				expect(project(living, shown ?? {})).toEqual(shown ?? {});
			}),
		);
	});

	it("has another value than the wanted one wherever a text was changed", () => {
		fc.assert(
			fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.string(), { minKeys: 1 }), (wanted) => {
				const [key] = Object.keys(wanted);
				expect(project({ ...wanted, [key!]: `${wanted[key!]}!` }, wanted)).toEqual({
					...wanted,
					[key!]: `${wanted[key!]}!`,
				});
			}),
		);
	});

	it.each<[string, unknown, unknown, unknown]>([
		["a field that was removed is left out", { a: 1 }, { a: 1, b: 2 }, { a: 1 }],
		["an empty field that the API server drops is no drift", { a: 1 }, { a: 1, b: {} }, { a: 1, b: {} }],
		["a number that was said as a text is no drift", { port: 80 }, { port: "80" }, { port: "80" }],
		["a null that is left out is no drift", {}, { a: null }, { a: null }],
		["a list of another length is shown whole", { list: [1, 2, 3] }, { list: [1, 2] }, { list: [1, 2, 3] }],
		[
			"a list of the same length is shown by place",
			{ list: [{ a: 1, x: 1 }, { a: 3 }] },
			{ list: [{ a: 1 }, { a: 2 }] },
			{ list: [{ a: 1 }, { a: 3 }] },
		],
		["another kind of value is shown as it is", { a: "text" }, { a: { b: 1 } }, { a: "text" }],
	])("%s", (_what, living, wanted, shown) => {
		expect(project(living, wanted)).toEqual(shown);
	});

	it("of what is gone is nothing", () => {
		expect(project(undefined, { a: 1 })).toBeUndefined();
	});

	it("is of an object with a name in its namespace, or without one", () => {
		expect(nameOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "b" } })).toBe(
			"v1 ConfigMap b/a",
		);
		expect(nameOf({ apiVersion: "v1", kind: "Node", metadata: { name: "a" } })).toBe("v1 Node a");
	});
});
