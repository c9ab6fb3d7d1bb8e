import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../../provider/facts/unknown";
import { pasteReady, quote } from "../../../provider/hosts/shell";
import { type ConnectionArgs, connectionProblems } from "../../../provider/hosts/ssh/connection";
import { knownKeys } from "../../../provider/hosts/ssh/known-hosts";

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
});

describe("knownKeys", () => {
	it("passes over what is no key", () => {
		expect(knownKeys("example.com ssh-ed25519\nexample.com ssh-rsa AAAA\n\n#x\n@revoked\n", "example.com", 22)).toEqual(
			{ trusted: [], revoked: [] },
		);
	});
});

describe("a command to paste", () => {
	const args: ConnectionArgs = { host: "198.18.0.2" };

	it("is as short as it can be", () => {
		expect(pasteReady(args, "systemctl status kubelet")).toBe("ssh root@198.18.0.2 'systemctl status kubelet'");
		expect(pasteReady({ ...args, user: "admin", port: 2222, privateKeyFile: "~/my keys/id" }, "id")).toBe(
			`ssh -p 2222 -i '~/my keys/id' admin@198.18.0.2 'sudo id'`,
		);
		expect(pasteReady({ ...args, proxy: { host: "b", user: "jump", port: 23 } }, "a | b")).toBe(
			`ssh -J jump@b:23 root@198.18.0.2 'sh -c '\\''a | b'\\'''`,
		);
		expect(pasteReady(args, "a\nb\n")).toBe("ssh root@198.18.0.2 sh <<'EOF'\na\nb\nEOF");
	});

	it("quotes what a shell would read", () => {
		expect([quote("/etc/x-1.conf"), quote("it's"), quote(""), quote("a b")]).toEqual([
			"/etc/x-1.conf",
			"'it'\\''s'",
			"''",
			"'a b'",
		]);
	});
});
