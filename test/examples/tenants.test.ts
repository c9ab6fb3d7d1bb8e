import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { find, sent } from "../support/mocks.ts";

const here = process.cwd();
beforeAll(() => process.chdir(fileURLToPath(new URL("../../examples/tenants", import.meta.url))));
afterAll(() => process.chdir(here));

/** Runs with mocks in place of the engine. test/soak/examples.test.ts uses the kubeconfigs. */
it("gives each person a certificate with its groups, and roles in its namespace", async () => {
	const all = await sent(() => import("../../examples/tenants/index.ts"), {
		ssh: {},
		controlPlanes: [{ name: "cp-1", host: "198.18.7.11" }],
		workers: [{ name: "worker-1", host: "198.18.7.21" }],
		podNetwork: "on-call.yaml",
	});
	const users = ["ann", "ben", "eva"].map((name) => find(all, `Kubeconfig ${name}-kubeconfig`).inputs.user);
	expect(users.map(({ name, groups }) => ({ name, groups }))).toEqual([
		{ name: "ann", groups: [] },
		{ name: "ben", groups: [] },
		{ name: "eva", groups: ["on-call"] },
	]);
	for (const [name, namespace, role] of [
		["ann", "shop", "admin"],
		["ben", "shop", "view"],
		["eva", "billing", "edit"],
	]) {
		const { yaml } = find(all, `Addon ${name}-rights`).inputs;
		expect(yaml).toContain(`namespace: ${namespace}`);
		expect(yaml).toContain(`name: ${role}\n`);
	}
	expect(find(all, "Addon on-call").inputs.yaml).toContain("name: on-call");
});
