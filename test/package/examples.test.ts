import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyFolder, pulumiEnvironment } from "./support/project.ts";
import { type Packed, packed } from "./support/tools.ts";

/** The examples that need no plugin of another package. */
const examples = [
	"automation-api",
	"composed",
	"external-etcd",
	"ha-virtual-ip",
	"kubeadm-config",
	"quickstart",
	"single-node",
	"tenants",
];

/** Brings what is outside an example's folder and its README tells the reader to bring. */
async function bring(name: string, copy: string): Promise<void> {
	const manifest = "apiVersion: v1\nkind: Namespace\nmetadata: { name: kube-flannel }\n";
	await writeFile(join(copy, "kube-flannel.yml"), manifest);
	if (name !== "quickstart") return;
	const project = await readFile("Pulumi.yaml", "utf8");
	await writeFile(join(copy, "Pulumi.yaml"), project.replace(/^main: .*\n/m, ""));
}

let current: Packed;
beforeAll(async () => {
	current = await packed();
});
afterAll(() => current?.remove());

describe("an example that is copied out of the repository", () => {
	it.each(examples)("is previewed as the README of %s says, with the resources that it shows", async (name) => {
		const copy = await emptyFolder();
		try {
			await cp(join("examples", name), copy, { recursive: true, filter: (path) => !path.includes("node_modules") });
			await bring(name, copy);
			const readme = await readFile(join(copy, "README.md"), "utf8");
			const commands = readme.match(/^```\n(.*?)^```$/ms)![1]!.replace(/^(curl|npm) .*\n/gm, "");
			const script = `npm install --ignore-scripts ${current.tarball}\n${commands}`;
			const env = await pulumiEnvironment(copy);
			const shown = await current.run(["bash", "-euc", script], { cwd: copy, env });
			expect(previewed(readme).length).toBeGreaterThan(8);
			for (const created of previewed(readme)) expect(shown).toContain(created);
		} finally {
			await rm(copy, { recursive: true });
		}
	});
});

/** The resources that a README shows in a preview, as a preview without a terminal prints them. */
function previewed(readme: string): string[] {
	const rows = readme.matchAll(/^ \+ +[│├└─ ]*(?:pulumi-nodejs:dynamic\/)?(kubeadm:\S+) +(\S+) +create$/gm);
	return [...rows].map(([, type, name]) => `${type} ${name} create`);
}
