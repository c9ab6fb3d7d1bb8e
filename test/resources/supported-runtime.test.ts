import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unsupportedRuntime } from "../../provider/resources/supported-runtime.ts";

const built = join(import.meta.dirname, "../../dist/index.js");

/** What a process prints that runs this program with the built package as `kubeadm`. */
function run(program: string, { before = "", folder = process.cwd() } = {}): string {
	const code = `${before}; try { const kubeadm = require(${JSON.stringify(built)}); ${program}; console.log("no error"); } catch (error) { console.log(error.message); console.log(Object.keys(require.cache).some((path) => path.includes("ssh2"))) }`;
	return execFileSync(process.execPath, ["-e", code], { encoding: "utf8", cwd: folder });
}

describe("the package", () => {
	it.each([
		["20.20.2", "expected Node.js 22.19 or newer, got 20.20.2: install a newer one"],
		["22.18.0", "expected Node.js 22.19 or newer, got 22.18.0: install a newer one"],
		["22.19.0", undefined],
		["24.0.0", undefined],
	])("says on Node.js %s which version is needed", (node, message) => {
		if (message === undefined) expect(unsupportedRuntime({ node })).toBeUndefined();
		else expect(unsupportedRuntime({ node })).toContain(message);
	});

	it("says on Bun which runtime to set", () => {
		expect(unsupportedRuntime({ node: "24.3.0", bun: "1.3.0" })).toContain("got Bun 1.3.0: ");
		expect(unsupportedRuntime({ node: "24.3.0", bun: "1.3.0" })).toContain("Set `runtime: nodejs` in Pulumi.yaml");
	});

	it("needs what package.json says", () => {
		const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
		expect(`pulumi-kubeadm: expected Node.js ${engines.node.slice(2)} or newer`).toBe(
			unsupportedRuntime({ node: "20.0.0" })?.split(",")[0],
		);
	});

	it("says it before it loads what an old Node.js cannot load", () => {
		const before = 'Object.defineProperty(process.versions, "node", { value: "20.20.2" })';
		const [message, loaded] = run("", { before }).split("\n");
		expect(message).toContain("expected Node.js 22.19 or newer, got 20.20.2");
		expect(loaded).toBe("false");
	});

	it("says what to type where the program's folder does not have it", () => {
		const folder = mkdtempSync(join(tmpdir(), "no-package-"));
		try {
			const said = run('new kubeadm.Cluster("c", {})', { folder });
			expect(said).toContain(
				`pulumi-kubeadm: the package is not found from the program's folder ${folder}, where Pulumi runs the code of its resources. Add it to that project too: npm install pulumi-kubeadm`,
			);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});
