import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

/** Mocks stand for the engine and for the plugin of @pulumi/command: neither the script nor a connection is tried here. */
it("prepares each machine through the connection that its node has, before the cluster", async () => {
	vi.stubEnv("SSH_AUTH_SOCK", undefined); // whose value their class would fill in
	const all = await sent(() => import("../../examples/prepared-hosts/index.ts"), {
		privateKey: "the key",
		controlPlanes: [{ name: "cp-1", host: "198.18.7.11", hostKey: "ssh-ed25519 AAAA1" }],
		workers: [{ name: "worker-1", host: "198.18.7.12", hostKey: "ssh-ed25519 AAAA2" }],
	});
	const prepare = readFileSync(new URL("../../examples/prepared-hosts/prepare.sh", import.meta.url), "utf8");
	const commands = all.filter(({ type }) => type === "command:remote:Command");
	expect(commands.map(key)).toEqual(["command:remote:Command cp-1", "command:remote:Command worker-1"]);
	for (const { name, inputs, secrets } of commands) {
		const host = find(all, `Host prepared-${name}`);
		// Their class fills in its defaults, which are ours too.
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
