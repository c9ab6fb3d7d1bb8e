import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

const root = process.cwd();
beforeAll(() => process.chdir(fileURLToPath(new URL("../../examples/prepared-hosts", import.meta.url))));
afterAll(() => process.chdir(root));

/** Runs with mocks in place of the engine and of @pulumi/command's plugin: no script runs, and no connection is made. */
it("prepares each machine through the connection that its node has, before the cluster", async () => {
	vi.stubEnv("SSH_AUTH_SOCK", undefined); // @pulumi/command would fill in its value
	const all = await sent(() => import("../../examples/prepared-hosts/index.ts"), {
		privateKey: "the key",
		controlPlanes: [{ name: "cp-1", host: "198.18.7.11", hostKey: "ssh-ed25519 AAAA1" }],
		workers: [{ name: "worker-1", host: "198.18.7.12", hostKey: "ssh-ed25519 AAAA2" }],
	});
	const prepare = readFileSync("prepare.sh", "utf8");
	const commands = all.filter(({ type }) => type === "command:remote:Command");
	expect(commands.map(key)).toEqual(["command:remote:Command cp-1", "command:remote:Command worker-1"]);
	for (const { name, inputs, secrets } of commands) {
		const host = find(all, `Host prepared-${name}`);
		// @pulumi/command fills in its defaults, which equal this package's.
		const defaults = { port: 22, dialErrorLimit: 10, perDialTimeout: 15 };
		expect(inputs.connection).toEqual({ ...defaults, ...host.inputs.connection });
		expect(inputs).toMatchObject({ create: prepare, triggers: [prepare] });
		expect(secrets).toContain("connection");
		expect(host.secrets).toEqual(["connection.privateKey"]);
	}
	expect(find(all, "Host prepared-cp-1").inputs.connection).toEqual({
		host: "198.18.7.11",
		hostKey: "ssh-ed25519 AAAA1",
		user: "admin",
		privateKey: "the key",
	});
	expect(find(all, "Cluster prepared").dependsOn).toEqual(commands.map(key));
});
