import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { withSshConfig } from "../../../provider/hosts/ssh/ssh-config.ts";

const home = mkdtempSync(join(tmpdir(), "ssh-config-"));
const key = (name: string) => join(home, ".ssh", name);

beforeAll(() => {
	vi.stubEnv("HOME", home);
	mkdirSync(join(home, ".ssh/conf.d"), { recursive: true });
	for (const name of ["id_a", "id_b"]) writeFileSync(key(name), utils.generateKeyPairSync("ed25519").private);
	writeFileSync(
		key("id_locked"),
		utils.generateKeyPairSync("ed25519", { passphrase: "word", cipher: "aes256-cbc", rounds: 4 }).private,
	);
});

afterEach(() => rmSync(join(home, ".ssh/config"), { force: true }));
afterAll(() => {
	vi.unstubAllEnvs();
	rmSync(home, { recursive: true });
});

const configure = (text: string, file = "config") => writeFileSync(join(home, ".ssh", file), text);

describe("~/.ssh/config", () => {
	it("changes nothing where it is missing, or says nothing of a host", () => {
		expect(withSshConfig({ host: "198.18.7.11" })).toEqual({ host: "198.18.7.11" });
		configure("Host other\n  User someone\n");
		expect(withSshConfig({ host: "198.18.7.11" })).toEqual({ host: "198.18.7.11" });
	});

	it("gives a host its address, user, port, key, known hosts and bastion", () => {
		configure(`
Host cp-1
  HostName 198.18.7.11
  User admin
  Port 2222
  IdentityFile ~/.ssh/id_a
  UserKnownHostsFile ~/.ssh/hosts_%n
  ProxyJump jump@bastion:23
Host bastion
  HostName 198.18.7.1
  IdentityFile %d/.ssh/id_b
`);
		expect(withSshConfig({ host: "cp-1" })).toEqual({
			host: "198.18.7.11",
			user: "admin",
			port: 2222,
			privateKeyFile: key("id_a"),
			knownHostsFile: key("hosts_cp-1"),
			proxy: { host: "198.18.7.1", user: "jump", port: 23, privateKeyFile: key("id_b") },
		});
	});

	it("gives way to what the program says", () => {
		configure(`
Host cp-1
  User admin
  Port 2222
  IdentityFile ~/.ssh/id_a
  IdentityAgent /run/agent
  UserKnownHostsFile /etc/hosts.known
  ProxyJump bastion
`);
		const args = {
			host: "cp-1",
			user: "root",
			port: 22,
			privateKey: "key",
			knownHostsFile: "~/known",
			proxy: { host: "other" },
		};
		expect(withSshConfig(args)).toEqual(args);
		expect(withSshConfig({ ...args, privateKey: undefined, password: "word" })).toEqual({
			...args,
			privateKey: undefined,
			password: "word",
		});
	});

	it("has the first value of an option, from host patterns, Match and included files, in any case of letters", () => {
		configure("Host cp-?\n  user first\n", "conf.d/nodes");
		configure(`
port = 2200
Include conf.d/*
Host *.example.test !cp-1
  User second
HOST cp-*
  User third
  HostName %h.example.test
Match host *.example.test
  UserKnownHostsFile /known
Match exec "touch ${join(home, "executed")}"
  UserKnownHostsFile /executed
`);
		expect(withSshConfig({ host: "cp-1" })).toEqual({
			host: "cp-1.example.test",
			user: "first",
			port: 2200,
		});
	});

	it("passes over key files that are missing or need a passphrase, as the agent may have them", () => {
		configure("Host *\n  IdentityFile ~/.ssh/none\n  IdentityFile ~/.ssh/id_locked\n  IdentityFile ~/.ssh/id_b\n");
		expect(withSshConfig({ host: "cp-1" }).privateKeyFile).toBe(key("id_b"));
		expect(withSshConfig({ host: "cp-1", privateKeyPassword: "word" }).privateKeyFile).toBe(key("id_locked"));
		configure("Host *\n  IdentityFile ~/.ssh/id_locked\n");
		expect(withSshConfig({ host: "cp-1" })).toEqual({ host: "cp-1" });
	});

	it("names the agent, or none", () => {
		vi.stubEnv("MY_AGENT", "/run/mine");
		for (const [said, socket] of [
			["~/agent.sock", join(home, "agent.sock")],
			["$MY_AGENT", "/run/mine"],
			["${MY_AGENT}", "/run/mine"],
			["none", ""],
		]) {
			configure(`Host *\n  IdentityAgent ${said}\n`);
			expect(withSshConfig({ host: "cp-1" }).agentSocketPath).toBe(socket);
		}
	});

	it("takes a bastion as a URL or an IPv6 address, and none where it says so", () => {
		const proxy = (jump: string) => {
			configure(`Host cp-1\n  ProxyJump ${jump}\n`);
			return withSshConfig({ host: "cp-1" }).proxy;
		};
		expect(proxy("ssh://me@bastion:2222")).toEqual({ host: "bastion", user: "me", port: 2222 });
		expect(proxy("[fd00::1]:2222")).toEqual({ host: "fd00::1", port: 2222 });
		expect(proxy("none")).toBeUndefined();
	});

	it("refuses several bastions, and says what to do", () => {
		configure("Host cp-1\n  ProxyJump a,b\n");
		expect(() => withSshConfig({ host: "cp-1" })).toThrow(
			`${key("config")}: ProxyJump of cp-1: expected one bastion as [user@]host[:port], got "a,b"; set proxy in the connection`,
		);
		configure("Host cp-1\n  ProxyJump a\nHost a\n  ProxyJump b\n");
		expect(() => withSshConfig({ host: "cp-1" })).toThrow("ProxyJump of a: expected none");
	});

	it("does not send a bastion through itself where every host goes through it", () => {
		configure("Host *\n  ProxyJump bastion\n");
		expect(withSshConfig({ host: "cp-1" })).toEqual({ host: "cp-1", proxy: { host: "bastion" } });
	});
});
