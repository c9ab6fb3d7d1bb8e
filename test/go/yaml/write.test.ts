import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromYaml, toYaml } from "../../../provider/go/yaml/write";

describe("YAML", () => {
	it("reads back as what was written", () => {
		const names = fc.string({ minLength: 1 }).filter((name) => name !== "__proto__");
		const { value } = fc.letrec<{ value: unknown }>((tie) => ({
			value: fc.oneof(
				{ maxDepth: 3 },
				fc.string(),
				fc.string({ unit: fc.constantFrom("a", " ", "\n", ":", "#", "-", "'", '"', "1", "\\") }),
				fc.boolean(),
				fc.integer(),
				fc.constant(null),
				fc.array(tie("value"), { maxLength: 4 }),
				fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
			),
		}));
		fc.assert(
			fc.property(fc.record({ key: value }), (written) => {
				expect(fromYaml(toYaml(written))).toEqual(written);
			}),
			{ numRuns: 1000 },
		);
	});

	it("has an empty object and list on the key's line, lists at the key's column, and no undefined", () => {
		expect(toYaml({ b: [], a: {}, c: [{ z: 1, x: [[1, 2], []] }], d: undefined })).toBe(
			"a: {}\nb: []\nc:\n- x:\n  - - 1\n    - 2\n  - []\n  z: 1\n",
		);
	});
});
