import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyFolder, pulumiEnvironment } from "./support/project.ts";
import { type Packed, packed } from "./support/tools.ts";

/** The examples that need no plugin of another package, and a resource that the README's configuration leads to. */
const examples: Record<string, string> = {
	composed: "kubeadm:NodeRegistration worker-1-node create",
	"kubeadm-config": "kubeadm:StaticPodManifest kubeadm-config-cp-1-kube-apiserver create",
	quickstart: "kubeadm:NodeRegistration quickstart-worker-1-node create",
};

/** Files outside an example's folder that its README tells the reader to bring. */
const brought: Record<string, (copy: string) => Promise<void>> = {
	async quickstart(copy) {
		const project = await readFile("Pulumi.yaml", "utf8");
		await writeFile(join(copy, "Pulumi.yaml"), project.replace(/^main: .*\n/m, ""));
		await writeFile(
			join(copy, "kube-flannel.yml"),
			"apiVersion: v1\nkind: Namespace\nmetadata: { name: kube-flannel }\n",
		);
	},
};

let current: Packed;
beforeAll(async () => {
	current = await packed();
});
afterAll(() => current?.remove());

describe("an example that is copied out of the repository", () => {
	it.each(Object.entries(examples))("is previewed as the README of %s says", async (name, resource) => {
		const copy = await emptyFolder();
		try {
			await cp(join("examples", name), copy, { recursive: true, filter: (path) => !path.includes("node_modules") });
			await brought[name]?.(copy);
			const commands = (await readFile(join(copy, "README.md"), "utf8")).match(/^```\n(.*?)^```$/ms)![1]!;
			const [before = ""] = commands.split("pulumi stack init");
			const script = `npm install --ignore-scripts ${current.tarball}\n${commands.slice(before.length)}`;
			const env = await pulumiEnvironment(copy);
			const shown = await current.run(["bash", "-euc", script], { cwd: copy, env });
			expect(shown).toContain(resource);
		} finally {
			await rm(copy, { recursive: true });
		}
	});
});
