import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const readme = readFileSync("README.md", "utf8");
const installed = readme.match(/^npm install --save-dev (.*)$/m)![1]!.split(" ");
const examples = readdirSync("examples", { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
	.map(({ name }) => name);

/** Where the project file is not the example's own Pulumi.yaml. */
const projects: Record<string, string> = {
	quickstart: "Pulumi.yaml",
	"policy-pack": "examples/policy-pack/PulumiPolicy.yaml",
};

/** test/package/support/example-previews.ts previews copies of most of them. */
describe.each(examples)("the project of the example %s", (name) => {
	const project = projects[name] ?? `examples/${name}/Pulumi.yaml`;
	const isRunByNode = name === "automation-api";
	const manifest = JSON.parse(readFileSync(`examples/${name}/package.json`, "utf8"));

	it(`is run by ${isRunByNode ? "Node.js, as an ES module" : "Pulumi's default TypeScript loader"}`, () => {
		expect(readFileSync(project, "utf8")).toMatch(/^runtime: nodejs$/m);
		expect(manifest).toMatchObject({ main: "index.ts" });
		expect(manifest.type).toBe(isRunByNode ? "module" : undefined);
	});

	it("has the development dependencies that the README installs", () => {
		const found = Object.entries(manifest.devDependencies).map(([dependency, range]) =>
			`${dependency}@${range}`.replace("@^", "@"),
		);
		expect(found.sort()).toEqual(installed.toSorted());
	});
});
