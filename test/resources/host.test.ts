import * as pulumi from "@pulumi/pulumi";
import { Host, HostFile } from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { find, sent } from "../support/mocks.ts";

/** Run under mocks: what is sent to the engine. No machine is reached. */
describe("Host", () => {
	it("sends what is given, and leaves defaults to its lifecycle", async () => {
		const all = await sent(() => new Host("cp-1", { connection: { host: "198.18.7.11" } }));
		expect(find(all, "Host cp-1")).toEqual({
			type: "Host",
			name: "cp-1",
			inputs: { connection: { host: "198.18.7.11" } },
			secrets: [],
			secretOutputs: [],
			dependsOn: [],
		});
	});

	it("sends a bastion's secrets as secrets, also when the bastion is made in the same program", async () => {
		const all = await sent(() => {
			new Host("said", { connection: { host: "198.18.7.11", proxy: { host: "198.18.7.1", privateKey: "key" } } });
			const proxy = pulumi.output({ host: "198.18.7.1", privateKey: "key" });
			new Host("made", { connection: { host: "198.18.7.11", proxy } });
		});
		expect(find(all, "Host said").secrets).toEqual(["connection.proxy.privateKey"]);
		expect(find(all, "Host made").secrets).toEqual(["connection.proxy"]);
	});
});

describe("HostFile", () => {
	it("is reached as its Host is: same connection, the host key that it showed", async () => {
		const all = await sent(() => {
			const host = new Host("cp-1", { connection: { host: "198.18.7.11", user: "admin" } });
			new HostFile("motd", { host, path: "/etc/motd", content: "hello\n", mode: "0600" });
		});
		expect(find(all, "HostFile motd")).toMatchObject({
			inputs: {
				host: { connection: { host: "198.18.7.11", user: "admin" }, hostKey: "ssh-ed25519 AAAAmock" },
				path: "/etc/motd",
				content: "hello\n",
				mode: "0600",
			},
			dependsOn: ["Host cp-1"],
		});
	});
});
