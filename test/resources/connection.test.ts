import type { types } from "@pulumi/command";
import type { ConnectionInputs, HostArgs } from "pulumi-kubeadm";
import { describe, expect, expectTypeOf, it } from "vitest";

type Theirs = types.input.remote.ConnectionArgs;
type TheirProxy = types.input.remote.ProxyConnectionArgs;

/** Checked by tsc (`npm run types`): at run time these assertions do nothing. */
describe("connection arguments", () => {
	it("take a connection of @pulumi/command as it is, with every field that it has", () => {
		expectTypeOf<Theirs>().toExtend<ConnectionInputs>();
		expectTypeOf<Theirs>().toExtend<HostArgs["connection"]>();
		expectTypeOf<Exclude<keyof Theirs, keyof ConnectionInputs>>().toBeNever();
		expectTypeOf<TheirProxy>().toExtend<ConnectionInputs>();
	});

	it("are taken by @pulumi/command, which has nothing but privateKeyFile, knownHostsFile and allowSha1 less", () => {
		expectTypeOf<ConnectionInputs>().toExtend<Theirs>();
		expectTypeOf<Exclude<keyof ConnectionInputs, keyof Theirs>>().toEqualTypeOf<
			"privateKeyFile" | "knownHostsFile" | "allowSha1"
		>();
	});

	it("are known by their names at run time too", async () => {
		const { connectionProblems } = await import("../../provider/config/connection.ts");
		const theirs: { [Field in keyof Theirs]-?: unknown } = {
			host: "198.18.7.11",
			port: 22,
			user: "admin",
			password: "word",
			privateKey: "key",
			privateKeyPassword: "phrase",
			agentSocketPath: "/run/agent",
			dialErrorLimit: 3,
			perDialTimeout: 5,
			hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
			proxy: { host: "198.18.7.1" },
		};
		expect(connectionProblems(theirs as never)).toEqual([]);
		const wrong = Object.fromEntries(Object.keys(theirs).map((field) => [field, Symbol(field)]));
		expect(connectionProblems(wrong as never).map(({ path }) => path)).toEqual(
			expect.arrayContaining(Object.keys(theirs)),
		);
	});
});
