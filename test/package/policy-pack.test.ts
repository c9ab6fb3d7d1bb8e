import { readFileSync } from "node:fs";
import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyFolder, pulumiEnvironment } from "./support/project.ts";
import { type Packed, packed } from "./support/tools.ts";

const readme = readFileSync("examples/policy-pack/README.md", "utf8");
const block = (language: string) => readme.match(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms"))![1]!;

/** Starts the pack as a language host of Pulumi does. The lab's own host is too old to know policy packs. */
const start = `#!/bin/sh
cd "$(dirname "$0")" && exec node node_modules/@pulumi/pulumi/cmd/run-policy-pack "$1" .
`;

/** Pulumi's engine runs the pack beside a program, in previews that reach no host. */
describe("the policy pack of the examples, beside a program", () => {
	let current: Packed;
	let pack: string;
	let program: string;
	let env: Record<string, string>;

	beforeAll(async () => {
		current = await packed();
		[pack, program] = [await emptyFolder(), await emptyFolder()];
		await cp("examples/policy-pack", pack, { recursive: true, filter: (path) => !path.includes("node_modules") });
		await current.run(["npm", "install", "--ignore-scripts"], { cwd: pack });
		await writeFile(join(pack, "start"), start, { mode: 0o755 });
		env = await pulumiEnvironment(program);
		await writeFile(join(program, "Pulumi.yaml"), JSON.stringify({ name: "shop", runtime: "nodejs" }));
		await writeFile(join(program, "package.json"), JSON.stringify({ name: "shop", main: "index.ts" }));
		await current.add("npm", {
			cwd: program,
			packages: [current.tarball, "@pulumi/pulumi", "typescript@6", "@types/node@22"],
		});
	});
	afterAll(async () => {
		await current?.remove();
		for (const folder of [pack, program]) if (folder) await rm(folder, { recursive: true });
	});

	/** Previews a program in a new stack under the policies. Throws with what was printed where the preview fails. */
	const preview = async (stack: string, text: string): Promise<string> => {
		await writeFile(join(program, "index.ts"), text);
		await current.run(["pulumi", "stack", "init", stack], { cwd: program, env });
		return current.run(["pulumi", "preview", "--non-interactive", "--policy-pack", join(pack, "start")], {
			cwd: program,
			env,
		});
	};

	it("lets the program of the README through, in a stack for production", async () => {
		const shown = await preview("eu-prod", block("ts"));
		expect(shown).toContain("kubeadm:StaticPodManifest shop-cp-3-kube-apiserver create");
		expect(shown).not.toMatch(/\[(mandatory|advisory)\]/);
	});

	it("ends the preview of a cluster that is not safe as the README shows", async () => {
		const unsafe = block("ts")
			.replace(/controlPlanes: .*/, 'controlPlanes: [machine("cp-1", "192.0.2.11")],')
			.replace(/hardening: .*/, "kubelet: { authentication: { anonymous: { enabled: true } } },");
		const { message } = await preview("eu-prod-2", unsafe).then(
			(shown) => expect.unreachable(shown),
			(error: Error) => error,
		);
		const violations = message.slice(message.indexOf("Policies:"), message.indexOf("Diagnostics:"));
		const lines = (text: string) =>
			text
				.replace(/\(local: .*\)/, "")
				.split("\n")
				.map((line) => line.trim())
				.filter(Boolean);
		expect(lines(violations)).toEqual(lines(block("console")));
	});
});
