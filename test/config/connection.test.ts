import { describe, expect, it } from "vitest";
import { type ConnectionArgs, connectionProblems } from "../../provider/config/connection.ts";
import { UNKNOWN } from "../../provider/facts/unknown.ts";

describe("connectionProblems", () => {
	const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJZ2rNfFzdGm5YbXe7WpHhrnEw9tJdW0bWqS4dUm9T0n";

	it("finds nothing wrong with all that may be given", () => {
		const proxy = {
			host: "bastion.example",
			port: 2222,
			user: "jump",
			password: "x",
			perDialTimeout: 0,
			dialErrorLimit: -1,
			hostKey: `${hostKey} comment\n${hostKey}`,
		};
		expect(
			connectionProblems({
				host: "fd00::1",
				privateKeyFile: "~/.ssh/id",
				privateKeyPassword: "x",
				agentSocketPath: "",
				knownHostsFile: "/x",
				proxy,
			}),
		).toEqual([]);
	});

	it("names all problems at once, by path", () => {
		const args = {
			host: "",
			port: 0,
			user: "a b",
			dialErrorLimit: 1.5,
			perDialTimeout: "soon",
			privateKeyPassword: "x",
			hostKey: "SHA256:abc",
			proxy: { host: "a@b", port: 65536, password: 1, proxy: {} },
		};
		expect(
			connectionProblems(args as unknown as ConnectionArgs)
				.map(({ path }) => path)
				.sort(),
		).toEqual(
			[
				"dialErrorLimit",
				"host",
				"hostKey",
				"perDialTimeout",
				"port",
				"privateKeyPassword",
				"proxy.host",
				"proxy.password",
				"proxy.port",
				"proxy.proxy",
				"user",
			].sort(),
		);
		expect(connectionProblems({ host: "a", proxy: "b" } as unknown as ConnectionArgs)).toEqual([
			{ path: "proxy", message: expect.stringContaining("expected an object") },
		]);
	});

	it("has nothing to say about what is not known yet", () => {
		const unknown = UNKNOWN as never;
		expect(
			connectionProblems({
				host: UNKNOWN,
				port: unknown,
				user: UNKNOWN,
				hostKey: UNKNOWN,
				perDialTimeout: unknown,
				proxy: unknown,
			}),
		).toEqual([]);
	});

	it("shows no secret", () => {
		const problems = connectionProblems({
			host: "a",
			hostKey: "my-secret",
			privateKeyPassword: "my-secret",
			password: { "my-secret": 1 } as never,
		});
		expect(problems).toHaveLength(3);
		expect(JSON.stringify(problems)).not.toContain("my-secret");
	});

	it("refuses a field that it does not know, with the name that was probably meant", () => {
		const args = {
			host: "a",
			privatekeyfile: "~/.ssh/id",
			username: "admin",
			colour: "red",
			proxy: { Host: "b", keyFile: "c" },
		};
		expect(connectionProblems(args as unknown as ConnectionArgs)).toEqual([
			{ path: "privatekeyfile", message: 'unknown field, did you mean "privateKeyFile"?' },
			{ path: "username", message: 'unknown field, did you mean "user"?' },
			{
				path: "colour",
				message:
					"unknown field, known are host, port, user, password, privateKey, privateKeyPassword, privateKeyFile, agentSocketPath, dialErrorLimit, perDialTimeout, hostKey, knownHostsFile, allowSha1, proxy",
			},
			{ path: "proxy.Host", message: 'unknown field, did you mean "host"?' },
			{ path: "proxy.keyFile", message: 'unknown field, did you mean "privateKeyFile"?' },
			{ path: "proxy.host", message: "expected a name or an address, got nothing" },
		]);
	});

	it.each([
		["192.0.2.11:99", 'expected a name or an address alone, got "192.0.2.11:99"; set host: "192.0.2.11", port: 99'],
		[
			"node.example.test:22",
			'expected a name or an address alone, got "node.example.test:22"; set host: "node.example.test", port: 22',
		],
		["[fd00::1]:22", 'expected a name or an address alone, got "[fd00::1]:22"; set host: "fd00::1", port: 22'],
		["[fd00::1]", 'expected a name or an address alone, got "[fd00::1]"'],
		["root@192.0.2.11", 'expected a name or an address alone, got "root@192.0.2.11"'],
	])("refuses %s as a host", (host, message) => {
		expect(connectionProblems({ host })).toEqual([{ path: "host", message }]);
	});

	it.each([
		[undefined, "nothing"],
		[null, "null"],
		[7, "a number"],
		["root@192.0.2.11", "a string"],
		[[], "a list"],
	])("refuses %j in place of a connection", (value, got) => {
		expect(connectionProblems(value as never)).toEqual([
			{ path: "", message: `expected an object such as { host: "192.0.2.11" }, got ${got}` },
		]);
	});
});
