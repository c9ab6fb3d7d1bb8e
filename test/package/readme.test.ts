import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyFolder, pulumiEnvironment } from "./support/project.ts";
import { type Packed, packed } from "./support/tools.ts";

const readme = readFileSync("README.md", "utf8");
const block = (language: string) => readme.match(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms"))![1]!;

describe("the README's block for an empty folder", () => {
	let current: Packed;
	let folder: string;
	let shown: string;

	beforeAll(async () => {
		current = await packed();
		folder = await emptyFolder();
		const script = block("sh").replace("npm install pulumi-kubeadm ", `npm install ${current.tarball} `);
		shown = await current.run(["bash", "-euc", script], { cwd: folder, env: await pulumiEnvironment(folder) });
	});
	afterAll(async () => {
		await current?.remove();
		if (folder) await rm(folder, { recursive: true });
	});

	it("has the program that the README begins with", () => {
		expect(block("sh")).toContain(block("ts"));
	});

	it("previews a cluster, with all resources that the README shows", () => {
		const rows = [...readme.matchAll(/^ \+ +[│├└─ ]*(kubeadm:\S+) +(\S+) +create$/gm)].map(([, type, name]) => ({
			type: type!.split(":").at(-1)!,
			name: name!,
		}));
		expect(rows.length).toBeGreaterThan(15);
		for (const { type, name } of rows) expect(shown).toMatch(new RegExp(`kubeadm:(index:)?${type} ${name} create`));
	});
});
