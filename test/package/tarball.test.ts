import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let folder: string;
let tarball: string;
let files: string[];

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-kubeadm-tarball-"));
	const out = run("npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder);
	const answer = JSON.parse(out);
	const [packed] = Array.isArray(answer) ? answer : (Object.values(answer) as any[]);
	tarball = join(folder, packed.filename);
	files = packed.files.map(({ path }: { path: string }) => path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed package", () => {
	it("has nothing that publint objects to", () => {
		expect(run("npm", "run", "-s", "publint", "--", tarball)).toContain("All good!");
	});

	it("has types that resolve for CommonJS, for ES modules and for bundlers", () => {
		expect(run("npm", "run", "-s", "attw", "--", tarball)).toContain("No problems found");
	});

	it("holds the built code, the documents and nothing of the sources", () => {
		for (const file of [
			"dist/index.js",
			"dist/index.d.ts",
			"dist/cli/main.js",
			"README.md",
			"SECURITY.md",
			"CHANGELOG.md",
		])
			expect(files).toContain(file);
		const tops = new Set(files.map((file) => file.split("/")[0]));
		expect([...tops].sort()).toEqual([
			"CHANGELOG.md",
			"LICENSE",
			"README.md",
			"SECURITY.md",
			"dist",
			"docs",
			"package.json",
		]);
	});

	const documents = ["README.md", "SECURITY.md"];
	it.each(documents)("%s links to whole addresses only, so that a package page can show it", (document) => {
		const relative = links(document).filter((target) => !/^(https:|#)/.test(target));
		expect(relative).toEqual([]);
	});

	const repository = "https://github.com/pulumi-kubeadm/pulumi-kubeadm";
	it.each(documents)("%s links to files and folders of this repository that there are", (document) => {
		const own = links(document).flatMap(
			(target) => target.match(`^${repository}/(?:blob|tree)/main/([^#]+)`)?.[1] ?? [],
		);
		expect(own.filter((path) => !existsSync(path))).toEqual([]);
	});

	it("links, in its documents, to whole addresses or to files of the repository that there are", () => {
		const broken = files
			.filter((file) => /^docs\/[^/]+\.md$/.test(file))
			.flatMap((file) =>
				links(file)
					.filter((target) => !/^(https?:|#)/.test(target))
					.map((target) => normalize(join(dirname(file), target.replace(/#.*/, ""))))
					.filter((path) => !existsSync(path))
					.map((path) => `${file}: ${path}`),
			);
		expect(broken).toEqual([]);
	});
});

function links(document: string): string[] {
	const text = readFileSync(document, "utf8").replace(/^```.*?^```/gms, "");
	return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

function run(file: string, ...words: string[]): string {
	return execFileSync(file, words, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
