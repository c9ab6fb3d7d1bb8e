import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameOf, project } from "../../provider/kubernetes/objects";

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
	it("equals the wanted object, whatever fields others added", () => {
		fc.assert(
			fc.property(object, (wanted) => {
				expect(project(withMore(wanted), wanted, wanted)).toEqual(wanted);
			}),
		);
	});

	it("equals the wanted object when projected from itself, and does not change when projected twice", () => {
		fc.assert(
			fc.property(object, object, (living, wanted) => {
				expect(project(wanted, wanted, wanted)).toEqual(wanted);
				const shown = project(living, wanted, wanted);
				expect(project(living, shown ?? {}, shown ?? {})).toEqual(shown ?? {});
			}),
		);
	});

	it("differs from the wanted object wherever a text was changed", () => {
		fc.assert(
			fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.string(), { minKeys: 1 }), (wanted) => {
				const [key] = Object.keys(wanted);
				expect(project({ ...wanted, [key!]: `${wanted[key!]}!` }, wanted, wanted)).toEqual({
					...wanted,
					[key!]: `${wanted[key!]}!`,
				});
			}),
		);
	});

	it.each<[string, unknown, unknown, unknown]>([
		["a field that was removed is left out", { a: 1 }, { a: 1, b: 2 }, { a: 1 }],
		["a list of another length is shown whole", { list: [1, 2, 3] }, { list: [1, 2] }, { list: [1, 2, 3] }],
		[
			"a list of the same length is shown by place",
			{ list: [{ a: 1, x: 1 }, { a: 3 }] },
			{ list: [{ a: 1 }, { a: 2 }] },
			{ list: [{ a: 1 }, { a: 3 }] },
		],
		["another kind of value is shown as it is", { a: "text" }, { a: { b: 1 } }, { a: "text" }],
	])("%s", (_what, living, wanted, shown) => {
		expect(project(living, wanted, wanted)).toEqual(shown);
	});

	it("has the wanted notation where applying the wanted object yields the living values", () => {
		const wanted = {
			cpu: "1000m",
			args: [],
			port: "80",
			list: [{ memory: "1024Mi", name: "a" }],
			status: { kind: "" },
		};
		const applied = {
			cpu: "1",
			port: 80,
			list: [{ memory: "1Gi", name: "a" }],
			status: { kind: "A" },
			by: "a webhook",
		};
		expect(project(applied, wanted, applied)).toEqual(wanted);
		expect(project({ ...applied, cpu: "2" }, wanted, applied)).toEqual({ ...wanted, cpu: "2" });
		expect(project({ ...applied, args: ["-v"] }, wanted, applied)).toEqual({ ...wanted, args: ["-v"] });
		expect(project({ ...applied, list: [{ memory: "1Gi", name: "b" }] }, wanted, applied)).toEqual({
			...wanted,
			list: [{ memory: "1024Mi", name: "b" }],
		});
	});

	it("has the wanted list where applying keeps the elements that others added", () => {
		const both = { list: [{ name: "a" }, { name: "injected" }] };
		expect(project(both, { list: [{ name: "a" }] }, both)).toEqual({ list: [{ name: "a" }] });
		expect(project({ list: [{ name: "b" }, ...both.list] }, { list: [{ name: "a" }] }, both)).toEqual({
			list: [{ name: "b" }, ...both.list],
		});
	});

	it("is undefined for an object that no longer exists", () => {
		expect(project(undefined, { a: 1 }, { a: 1 })).toBeUndefined();
	});

	it("is of an object with a name in its namespace, or without one", () => {
		expect(nameOf({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "b" } })).toBe(
			"v1 ConfigMap b/a",
		);
		expect(nameOf({ apiVersion: "v1", kind: "Node", metadata: { name: "a" } })).toBe("v1 Node a");
	});
});
