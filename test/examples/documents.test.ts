import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const documents = ["README.md", ...pagesOf("docs")];

/** The blocks of one document are compiled as one program. Other tests show that such programs work. */
describe("TypeScript in", () => {
	it.each(documents.filter((path) => program(path) !== ""))(
		"%s compiles",
		(path) => {
			const file = join(root, "examples/quickstart", path.replace(/\W/g, "-").concat(".ts"));
			const { config } = ts.readConfigFile(join(root, "examples/tsconfig.json"), ts.sys.readFile);
			const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, "examples"));
			const host = ts.createCompilerHost(options);
			const { fileExists, getSourceFile } = host;
			host.fileExists = (name) => name === file || fileExists(name);
			host.getSourceFile = (name, ...rest) =>
				name === file ? ts.createSourceFile(name, program(path), ts.ScriptTarget.ES2023) : getSourceFile(name, ...rest);
			const compiled = ts.createProgram([file], { ...options, noUnusedLocals: false }, host);
			const problems = ts.getPreEmitDiagnostics(compiled).map(({ start, messageText }) => {
				const line = program(path)
					.slice(0, start ?? 0)
					.split("\n").length;
				return `${program(path).split("\n")[line - 1]}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
			});
			expect(problems).toEqual([]);
		},
		120_000,
	);
});

/** The pages of a folder that are kept in the repository: docs/api is not. */
function pagesOf(folder: string): string[] {
	const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(".md"));
	return names.map((name) => `${folder}/${name}`);
}

function program(path: string): string {
	const text = readFileSync(join(root, path), "utf8");
	return [...text.matchAll(/^( *)```ts\n(.*?)^\1```$/gms)].map(([, , block]) => block).join("\n");
}
