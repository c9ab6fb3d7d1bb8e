import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeInstallation, expectCluster, programs, tarballFor } from "./support/installation.ts";
import { type Installation, install, previewCopy } from "./support/project.ts";
import { type Packed, packed } from "./support/tools.ts";

const { peerDependencies } = JSON.parse(readFileSync("package.json", "utf8"));

// The rest is in test/soak/install.test.ts.
describeInstallation("npm", Object.keys(programs), ["22"]);
for (const manager of ["pnpm", "yarn"] as const)
	describeInstallation(manager, ["TypeScript by Pulumi's loader"], ["22"]);

describe("the oldest @pulumi/pulumi that is allowed", () => {
	const floor = peerDependencies["@pulumi/pulumi"].replace("^", "");
	let current: Packed;
	let installation: Installation;
	beforeAll(async () => {
		current = await packed();
		const packages = [tarballFor("npm", current), `@pulumi/pulumi@${floor}`, "typescript@5", "@types/node@22"];
		installation = await install(current, { manager: "npm", packages });
	});
	afterAll(async () => {
		await installation?.remove();
		await current?.remove();
	});

	it("is the one that gets installed", () => {
		const { folder } = installation;
		const { version } = JSON.parse(readFileSync(`${folder}/node_modules/@pulumi/pulumi/package.json`, "utf8"));
		expect(version).toBe(floor);
	});

	it.concurrent.each(["CommonJS in JavaScript", "TypeScript by Pulumi's loader"])("previews %s", async (kind) => {
		const { folder } = installation;
		expectCluster(await previewCopy(current, { folder, program: programs[kind]! }));
	});
});
