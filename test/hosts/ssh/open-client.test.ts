import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HostError } from "../../../provider/hosts/host-error";
import type { ConnectionArgs } from "../../../provider/hosts/ssh/connection";
import { connect, disconnectAll } from "../../../provider/hosts/ssh/ssh";
import { type Account, accountsMissing, makeAccount } from "../support/account";
import { startRelay } from "../support/relay";
import { eventually, freePort, makeKey, publicKey, type Sshd, sshdMissing, startSshd } from "../support/sshd";

describe.skipIf(sshdMissing)(`logging in to a real sshd ${sshdMissing}`, () => {
	let sshd: Sshd;

	beforeAll(async () => {
		sshd = await startSshd();
	});
	afterEach(() => disconnectAll());
	afterAll(() => sshd.stop());

	function without(name: keyof ConnectionArgs, rest: Partial<ConnectionArgs>): ConnectionArgs {
		const { [name]: _left, ...args } = sshd.args;
		return { ...args, ...rest } as ConnectionArgs;
	}

	/** Lets a key in, as OpenSSH's authorized_keys has it. */
	function allow(line: string): void {
		appendFileSync(join(sshd.folder, "client.pub"), `${line}\n`);
	}

	async function whoami(args: ConnectionArgs): Promise<string> {
		return (await (await connect(args)).run({ intent: "look", script: "id -un" })).stdout;
	}

	async function failure(args: ConnectionArgs): Promise<HostError> {
		return connect(args).then(
			() => expect.fail("expected no connection"),
			(thrown) => thrown,
		);
	}

	it("takes a key file and a key's text", async () => {
		expect(await whoami(sshd.args)).toBe("root\n");
		expect(
			await whoami(without("privateKeyFile", { privateKey: readFileSync(join(sshd.folder, "client"), "utf8") })),
		).toBe("root\n");
	});

	it("takes address, port and key from ~/.ssh/config", async () => {
		const { host, port, privateKeyFile, agentSocketPath: _none, ...rest } = sshd.args;
		const home = process.env["HOME"];
		const folder = join(sshd.folder, "home/.ssh");
		mkdirSync(folder, { recursive: true });
		const lines = ["Host node-1", `HostName ${host}`, `Port ${port}`, `IdentityFile "${privateKeyFile}"`];
		writeFileSync(join(folder, "config"), lines.join("\n"));
		process.env["HOME"] = join(sshd.folder, "home");
		try {
			const node = await connect({ ...rest, host: "node-1" });
			expect(node.name).toBe(`root@${host}:${port}`);
			expect((await node.run({ intent: "look", script: "id -un" })).stdout).toBe("root\n");
		} finally {
			process.env["HOME"] = home;
		}
	});

	for (const [name, options] of [
		["ed25519", { type: "ed25519" }],
		["RSA", { type: "rsa" }],
		["ECDSA", { type: "ecdsa" }],
		["RSA in PEM", { type: "rsa", options: ["-m", "PEM"] }],
	] as const) {
		it(`takes an encrypted ${name} key with its passphrase only`, async () => {
			const path = makeKey(sshd.folder, `encrypted ${name}`, {
				...options,
				options: "options" in options ? [...options.options] : [],
				passphrase: "correct horse",
			});
			allow(publicKey(path));
			const args = without("privateKeyFile", { privateKey: readFileSync(path, "utf8") });
			expect(await whoami({ ...args, privateKeyPassword: "correct horse" })).toBe("root\n");
			const wrong = await failure({ ...args, privateKeyPassword: "wrong horse" });
			expect([wrong.layer, wrong.reason]).toEqual(["ssh", "credentials"]);
			expect(wrong.message).toContain("privateKey: the key can't be read with the privateKeyPassword given");
			expect(wrong.message).not.toContain("horse");
			expect((await failure(args)).message).toContain("privateKey: the key can't be read without a privateKeyPassword");
			expect((await failure({ ...args, privateKey: "", privateKeyFile: `${path}-none` })).message).toMatch(
				/privateKeyFile .*-none: there is no such file on this machine, .*\n {2}next: ls -l /,
			);
		});
	}

	it("takes PKCS#8 keys, as openssl and @pulumi/tls make them", async () => {
		for (const { privateKey } of [
			generateKeyPairSync("ed25519"),
			generateKeyPairSync("rsa", { modulusLength: 2048 }),
			generateKeyPairSync("ec", { namedCurve: "P-384" }),
		]) {
			const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
			allow(authorized(pem, sshd.folder));
			expect(await whoami(without("privateKeyFile", { privateKey: pem }))).toBe("root\n");
		}
		const { privateKey } = generateKeyPairSync("ed25519");
		allow(authorized(privateKey.export({ type: "pkcs8", format: "pem" }) as string, sshd.folder));
		const encrypted = privateKey.export({
			type: "pkcs8",
			format: "pem",
			cipher: "aes-256-cbc",
			passphrase: "secret",
		}) as string;
		expect(await whoami(without("privateKeyFile", { privateKey: encrypted, privateKeyPassword: "secret" }))).toBe(
			"root\n",
		);
	});

	it("says what it tried and what the host takes when no key fits", async () => {
		const path = makeKey(sshd.folder, "stranger", {});
		const fingerprint = execFileSync("ssh-keygen", ["-lf", path]).toString().split(" ")[1];
		const error = await failure({ ...sshd.args, privateKeyFile: path, password: "not the password" });
		expect([error.layer, error.reason]).toEqual(["ssh", "authentication"]);
		expect(error.message).toContain(
			`SSH: login refused: tried privateKeyFile ${path} (ssh-ed25519 ${fingerprint}), the password`,
		);
		expect(error.message).toMatch(/; the host takes publickey, password/);
		expect(error.next).toBe(`ssh -p ${sshd.port} -i ${path} root@127.0.0.1 -v true`);
		expect(error.message).not.toContain("not the password");
		const nothing = await failure(without("privateKeyFile", {}));
		expect(nothing.message).toContain("expected something to log in with, got none of");
	});

	it("takes the keys of an agent, and says so when there is none", async () => {
		const path = makeKey(sshd.folder, "agents", {});
		allow(publicKey(path));
		const socket = join(sshd.folder, "agent");
		const sshAdd = (...words: string[]) =>
			execFileSync("ssh-add", ["-q", ...words], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: "ignore" });
		const add = (key: string) => sshAdd(key);
		const remove = (key: string) => (key === "-D" ? sshAdd("-D") : sshAdd("-d", key));
		const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
		try {
			await eventually("the agent listens", () => existsSync(socket));
			add(path);
			expect(await whoami(without("privateKeyFile", { agentSocketPath: socket }))).toBe("root\n");
			for (let index = 0; index < 7; index++) add(makeKey(sshd.folder, `other ${index}`, {}));
			remove(path);
			await disconnectAll();
			const many = await failure(without("privateKeyFile", { agentSocketPath: socket }));
			expect(many.reason).toBe("authentication");
			expect(many.what).toContain(
				`login refused: too many keys were tried, as sshd allows MaxAuthTries (6 by default): tried the agent at ${socket} (7 keys); `,
			);
			expect(many.next).toBe(
				"set privateKeyFile, which is tried before the agent; or load the one key that fits: ssh-add -D && ssh-add KEYFILE",
			);
			remove("-D");
			const empty = await failure(without("privateKeyFile", { agentSocketPath: socket }));
			expect(empty.what).toContain(`tried the agent at ${socket} (0 keys)`);
			expect(empty.next).toMatch(/^load a key: ssh-add\./);
		} finally {
			await ended(agent);
		}
		const dead = await failure(without("privateKeyFile", { agentSocketPath: `${socket}-none` }));
		expect([dead.reason, dead.next]).toEqual([
			"authentication",
			'start an agent, or set privateKeyFile: eval "$(ssh-agent)" && ssh-add',
		]);
		expect(dead.what).toContain(`tried the agent at ${socket}-none (no answer: `);
	});

	it("names the address when nothing listens, when there is no such name, and when nobody answers", async () => {
		const port = await freePort();
		const refused = await failure({ ...sshd.args, port, dialErrorLimit: 2 });
		expect([refused.layer, refused.reason]).toEqual(["network", "unreachable"]);
		expect(refused.message).toMatch(
			new RegExp(
				`^root@127\\.0\\.0\\.1:${port}: network: not reached: connection refused: .* \\(2 dials in \\d\\.\\d s\\)\n {2}next: nc -vz 127\\.0\\.0\\.1 ${port}$`,
			),
		);
		expect((await failure({ ...sshd.args, host: "no-such-host.invalid", dialErrorLimit: 1 })).message).toMatch(/DNS/);
		const silent = createServer(() => {});
		await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
		const start = Date.now();
		const mute = await failure({
			...sshd.args,
			port: (silent.address() as { port: number }).port,
			dialErrorLimit: 2,
			perDialTimeout: 1,
		});
		silent.close();
		expect(mute.message).toContain("not reached: no answer in 1 s (2 dials");
		expect(Date.now() - start).toBeLessThan(4000);
	});

	it("waits for an sshd that comes up a moment later", async () => {
		const port = await freePort();
		const connecting = connect({ ...sshd.args, port });
		await new Promise((resolve) => setTimeout(resolve, 700));
		const late = spawn(
			"/usr/sbin/sshd",
			["-D", "-e", "-f", join(sshd.folder, "sshd_config"), "-p", `${port}`, "-o", "PidFile=none"],
			{ stdio: "ignore" },
		);
		try {
			expect((await (await connecting).run({ intent: "look", script: "echo there" })).stdout).toBe("there\n");
		} finally {
			await disconnectAll();
			await ended(late);
		}
	});

	it("gets 30 connections through an sshd that allows three unfinished logins", async () => {
		const strict = await startSshd({ settings: ["MaxStartups 3:50:5"] });
		try {
			const hosts = await Promise.all(
				Array.from({ length: 30 }, (_, index) =>
					connect({ ...strict.args, password: `makes it another connection ${index}`, dialErrorLimit: 30 }),
				),
			);
			expect(new Set(hosts.map(({ hostKey }) => hostKey))).toEqual(new Set([strict.hostKey]));
			expect(strict.log().match(/Accepted publickey/g)).toHaveLength(30);
		} finally {
			await disconnectAll();
			await strict.stop();
		}
	}, 60_000);

	it("shares one connection between all who ask with the same credentials", async () => {
		const relay = await startRelay(sshd.port);
		try {
			const args = { ...sshd.args, port: relay.port };
			await Promise.all(
				Array.from({ length: 10 }, () => connect(args).then((host) => host.run({ intent: "look", script: "true" }))),
			);
			expect(relay.connections()).toBe(1);
			await connect({ ...args, password: "other credentials" });
			expect(relay.connections()).toBe(2);
		} finally {
			await disconnectAll();
			await relay.close();
		}
	});

	describe("through a bastion", () => {
		let bastion: Sshd;
		beforeAll(async () => {
			bastion = await startSshd();
		});
		afterAll(async () => {
			await disconnectAll();
			await bastion.stop();
		});

		it("reaches several hosts over one connection to the bastion, and verifies both host keys", async () => {
			const others = await Promise.all([startSshd(), startSshd()]);
			try {
				for (const { args } of others) {
					const host = await connect({ ...args, proxy: bastion.args });
					expect((await host.run({ intent: "look", script: "echo there" })).stdout).toBe("there\n");
					expect([host.hostKey, host.proxyHostKey]).toEqual([args.hostKey, bastion.hostKey]);
				}
				expect(bastion.log().match(/Accepted publickey/g)).toHaveLength(1);
				await disconnectAll();
				const [one] = others as [Sshd, Sshd];
				expect((await failure({ ...one.args, proxy: { ...bastion.args, hostKey: sshd.hostKey } })).message).toContain(
					`root@127.0.0.1:${bastion.port}: SSH: host key changed`,
				);
				expect((await failure({ ...one.args, hostKey: sshd.hostKey, proxy: bastion.args })).message).toContain(
					`root@127.0.0.1:${one.port}: SSH: host key changed`,
				);
			} finally {
				await disconnectAll();
				for (const other of others) await other.stop();
			}
		});

		it("is opened again together with the host's connection after it was lost", async () => {
			const relay = await startRelay(bastion.port);
			try {
				const host = await connect({ ...sshd.args, proxy: { ...bastion.args, port: relay.port } });
				relay.cut();
				expect((await host.run({ intent: "look", script: "echo again" })).stdout).toBe("again\n");
				expect(relay.connections()).toBe(2);
			} finally {
				await disconnectAll();
				await relay.close();
			}
		});

		it("names the hop that fails", async () => {
			const port = await freePort();
			const error = await failure({ ...sshd.args, port, proxy: bastion.args, dialErrorLimit: 1 });
			expect(error.message).toMatch(
				new RegExp(
					`^root@127\\.0\\.0\\.1:${port}: network: not reached through root@127\\.0\\.0\\.1:${bastion.port}: `,
				),
			);
			expect(error.next).toContain(`ssh -J root@127.0.0.1:${bastion.port} -p ${port}`);
			const closed = await startSshd({ settings: ["AllowTcpForwarding no"] });
			try {
				expect((await failure({ ...sshd.args, proxy: closed.args, dialErrorLimit: 1 })).message).toContain(
					"expected sshd with `AllowTcpForwarding yes`",
				);
			} finally {
				await disconnectAll();
				await closed.stop();
			}
		});
	});

	describe("a stream to a port of the host", () => {
		it("carries bytes both ways and keeps the connection open beyond its idle time", async () => {
			const echo = createServer((socket) => socket.pipe(socket));
			await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
			try {
				const host = await connect(sshd.args);
				const stream = await host.dial("127.0.0.1", (echo.address() as { port: number }).port);
				await new Promise((resolve) => setTimeout(resolve, 5500));
				const received: Buffer[] = [];
				stream.on("data", (chunk) => received.push(chunk));
				const sent = Buffer.alloc(500_000, "0123456789");
				stream.end(sent);
				await new Promise<void>((resolve) => stream.once("end", resolve));
				expect(Buffer.concat(received).equals(sent)).toBe(true);
			} finally {
				echo.close();
			}
		}, 15_000);

		it("names the address that can't be reached from the host", async () => {
			const port = await freePort();
			const host = await connect(sshd.args);
			await expect(host.dial("127.0.0.1", port)).rejects.toMatchObject({
				layer: "network",
				message: expect.stringContaining(`127.0.0.1:${port} can't be reached from the host: Connection refused`),
			});
		});
	});

	describe.skipIf(accountsMissing)(`with a password ${accountsMissing}`, () => {
		let account: Account;
		beforeAll(() => {
			account = makeAccount({ sudo: "USER ALL=(ALL) NOPASSWD: ALL" });
			chmodSync(sshd.folder, 0o755);
		});
		afterAll(() => account.remove());

		it("is accepted by password login and at a keyboard-interactive prompt", async () => {
			const args = without("privateKeyFile", { user: account.name, password: account.password });
			expect(await whoami(args)).toBe("root\n");
			const prompting = await startSshd({
				settings: ["UsePAM yes", "PasswordAuthentication no", "KbdInteractiveAuthentication yes"],
			});
			try {
				expect(await whoami({ ...args, port: prompting.port, hostKey: prompting.hostKey })).toBe("root\n");
				await disconnectAll();
				const error = await failure({
					...args,
					port: prompting.port,
					hostKey: prompting.hostKey,
					password: "wrong-password",
				});
				expect(error.reason).toBe("authentication");
				expect(error.message).not.toContain("wrong-password");
			} finally {
				await disconnectAll();
				await prompting.stop();
			}
		}, 20_000);
	});
});

/** The public half as an authorized_keys line, made by ssh-keygen. */
function authorized(pem: string, folder: string): string {
	const key = createPrivateKey(pem);
	if (key.asymmetricKeyType !== "ed25519") {
		const path = join(folder, "spki");
		execFileSync("openssl", ["pkey", "-pubout", "-out", path], { input: pem });
		return execFileSync("ssh-keygen", ["-i", "-m", "PKCS8", "-f", path]).toString().trim();
	}
	// ssh-keygen reads no Ed25519 in PKCS#8: the line is the key's type and its 32 bytes, each with its length (RFC 8709).
	const raw = execFileSync("openssl", ["pkey", "-pubout", "-outform", "DER"], { input: pem }).subarray(-32);
	return `ssh-ed25519 ${Buffer.concat([Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0\x20", "latin1"), raw]).toString("base64")}`;
}

function ended(child: ChildProcess): Promise<void> {
	return new Promise((resolve) => {
		child.once("exit", () => resolve());
		child.kill("SIGTERM");
	});
}
