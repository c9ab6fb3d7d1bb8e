import { existsSync, readFileSync } from "node:fs";
import * as kubeadm from "pulumi-kubeadm";
import { Application } from "typedoc";
import { beforeAll, describe, expect, it } from "vitest";

/** docs/api is not kept in the repository: `npm run docs` and `npm pack` make it. */
describe("the API reference", () => {
	let warnings: string[];
	let folder: string;

	beforeAll(async () => {
		warnings = [];
		const app = await Application.bootstrapWithPlugins({});
		app.logger.warn = ((text: string) => warnings.push(text)) as typeof app.logger.warn;
		const project = (await app.convert())!;
		app.validate(project);
		folder = app.options.getValue("out");
		await app.generateOutputs(project);
	});

	it("lacks no type that a public type refers to, and no target of a link", () => {
		expect(warnings).toEqual([]);
	});

	const classes = Object.entries(kubeadm).filter(([, value]) => /^class\s/.test(String(value)));
	it.each(classes.map(([name]) => name))("has a page that says what %s is", (name) => {
		const page = `${folder}/classes/${name}.md`;
		expect(existsSync(page)).toBe(true);
		const [title, text] = readFileSync(page, "utf8").split("\n\n");
		expect(title).toBe(`# Class: ${name}`);
		expect(text).toMatch(/^[^#\s].*\.$/s);
	});
});
