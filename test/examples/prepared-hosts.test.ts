import { expect, it } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

/** Runs with mocks in place of the engine and of @pulumi/command's plugin. Tests on real hosts run the steps. */
it("prepares each machine through the connection that its node has, before anything looks at the machine", async () => {
	const all = await sent(() => import("../../examples/prepared-hosts/index.ts"), {
		ssh: { user: "admin", privateKey: "the key" },
		controlPlanes: [{ name: "cp-1", host: "198.18.7.11" }],
		workers: [{ name: "worker-1", host: "198.18.7.12" }],
		mirrors: ["https://mirror.example.test"],
	});
	const commands = all.filter(({ type }) => type === "command:remote:Command");
	for (const [name, kind] of [
		["cp-1", "Preflight prepared-cp-1-preflight"],
		["worker-1", "Kubelet prepared-worker-1-kubelet"],
	] as const) {
		const own = commands.filter((command) => command.name.startsWith(`prepared-${name}-`));
		expect(own.map((command) => command.name.slice(`prepared-${name}-`.length))).toEqual(
			expect.arrayContaining(["containerd-installed", "kubernetes-packages", "registries", "swap-off"]),
		);
		for (const { inputs } of own)
			expect(inputs["connection"]).toMatchObject({
				host: find(all, `Host prepared-${name}`).inputs["connection"].host,
			});
		expect(find(all, kind).dependsOn).toEqual(expect.arrayContaining(own.map(key)));
	}
	expect(commands.find(({ name }) => name === "prepared-cp-1-registries")!.inputs["stdin"]).toContain(
		'[host."https://mirror.example.test"]',
	);
});
