import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { HostError } from "../../../provider/hosts/host-error";
import { reach } from "../../../provider/hosts/reach";
import type { ConnectionArgs } from "../../../provider/hosts/ssh/connection";
import { type ConnectOptions, connect, disconnectAll } from "../../../provider/hosts/ssh/ssh";
import { host } from "../../../provider/lifecycle/host";
import { makeKey, publicKey, type Sshd, sshdMissing, startSshd } from "../support/sshd";

describe.skipIf(sshdMissing)(`the host key of a real sshd ${sshdMissing}`, () => {
	let sshd: Sshd;
	let stranger: string;
	let unknown: ConnectionArgs;
	let file: string;

	beforeAll(async () => {
		sshd = await startSshd({ hostKeyTypes: ["ed25519", "rsa", "ecdsa"] });
		stranger = makeKey(sshd.folder, "stranger", {});
		file = join(sshd.folder, "known_hosts");
		const { hostKey, ...rest } = sshd.args;
		unknown = { ...rest, knownHostsFile: file };
	});
	afterEach(() => disconnectAll());
	afterAll(() => sshd.stop());

	function known(...lines: string[]): ConnectionArgs {
		writeFileSync(file, `# a comment\n\n${lines.join("\n")}\n`);
		return unknown;
	}

	/** `[127.0.0.1]:port TYPE KEY`, from ssh-keyscan. */
	function scanned(type: string): string {
		return execFileSync("ssh-keyscan", ["-p", `${sshd.port}`, "-t", type, "127.0.0.1"], {
			stdio: ["ignore", "pipe", "ignore"],
		})
			.toString()
			.trim();
	}

	function fingerprint(key: string): string {
		return execFileSync("ssh-keygen", ["-lf", "-"], { input: key }).toString().split(" ")[1] as string;
	}

	async function failure(args: ConnectionArgs, options = {}): Promise<HostError> {
		return connect(args, options).then(
			() => expect.fail("expected no connection"),
			(thrown) => thrown,
		);
	}

	it("is recognised by a line that ssh-keyscan gives, plain or hashed by ssh-keygen", async () => {
		expect((await connect(known(scanned("ed25519")))).hostKey).toBe(sshd.hostKey);
		execFileSync("ssh-keygen", ["-H", "-f", file], { stdio: "ignore" });
		expect(readFileSync(file, "utf8")).toMatch(/^\|1\|/m);
		await disconnectAll();
		expect((await connect(unknown)).hostKey).toBe(sshd.hostKey);
	});

	it("is asked for in the type that is known", async () => {
		for (const type of ["rsa", "ecdsa"]) {
			expect((await connect(known(scanned(type)))).hostKey).toBe(publicKey(join(sshd.folder, `host_${type}`)));
			await disconnectAll();
		}
	});

	it("is refused with both fingerprints and the command that removes the old line when it changed", async () => {
		const line = `[127.0.0.1]:${sshd.port} ${publicKey(stranger)}`;
		const error = await failure(known(line), { trustOnFirstUse: true });
		expect([error.layer, error.reason]).toEqual(["ssh", "host key changed"]);
		expect(error.message).toContain(`expected ssh-ed25519 ${fingerprint(publicKey(stranger))}`);
		expect(error.message).toContain(`got ssh-ed25519 ${fingerprint(sshd.hostKey)}`);
		expect(error.message).toContain(`(${file}:3), got`);
		const [removal] = (error.next as string).split(";") as [string];
		expect(removal).toBe(`ssh-keygen -R '[127.0.0.1]:${sshd.port}' -f ${file}`);
		execFileSync("sh", ["-c", removal], { stdio: "ignore" });
		expect((await connect(unknown, { trustOnFirstUse: true })).hostKey).toBe(sshd.hostKey);
	});

	it("is refused when only keys of other types than it has are known", async () => {
		const old = await startSshd({ hostKeyTypes: ["rsa"] });
		try {
			expect(await failure({ ...old.args, hostKey: publicKey(stranger) })).toMatchObject({
				layer: "ssh",
				reason: "host key changed",
			});
		} finally {
			await old.stop();
		}
	});

	it("is refused when it is revoked, also where it is given, kept in the state or about to be trusted", async () => {
		known(scanned("ed25519"), `@revoked * ${sshd.hostKey}`);
		const attempts: [ConnectionArgs, ConnectOptions?][] = [
			[unknown],
			[{ ...unknown, hostKey: sshd.hostKey }],
			[unknown, { storedHostKey: sshd.hostKey }],
			[unknown, { trustOnFirstUse: true }],
		];
		for (const [args, options] of attempts) {
			const error = await failure(args, options);
			expect(error.reason).toBe("host key changed");
			expect(error.message).toContain(`${fingerprint(sshd.hostKey)}, which ${file}:4 marks as @revoked`);
		}
	});

	it("is not vouched for by another host, another port or a negated pattern", async () => {
		const lines = [
			`127.0.0.1 ${sshd.hostKey}`,
			`[127.0.0.1]:1 ${sshd.hostKey}`,
			`!\\[127.0.0.1]:${sshd.port},* ${sshd.hostKey}`,
		].map((line) => line.replace("\\", ""));
		for (const line of lines) expect(await failure(known(line))).toMatchObject({ reason: "host key unknown" });
		expect((await connect(known(`[127.0.0.?]:*,other ${sshd.hostKey} a comment`))).hostKey).toBe(sshd.hostKey);
	});

	it("is refused, and not trusted on first use, where a certificate authority vouches for the host", async () => {
		known(`@cert-authority [127.0.0.1]:${sshd.port} ${publicKey(stranger)}`);
		const error = await failure(unknown, { trustOnFirstUse: true });
		expect(error.reason).toBe("host key unknown");
		expect(error.message).toContain(`${file}:3 names a @cert-authority for [127.0.0.1]:${sshd.port}, and ssh2`);
		expect(error.next).toContain(`set hostKey: "${sshd.hostKey}"`);
		expect((await connect(unknown, { storedHostKey: sshd.hostKey })).hostKey).toBe(sshd.hostKey);
	});

	it("of the state gives way to known_hosts and to the argument, and an error names the source", async () => {
		known();
		const stored = await failure(unknown, { storedHostKey: publicKey(stranger) });
		expect(stored.message).toContain(
			`${fingerprint(publicKey(stranger))} (in the state, accepted at the first contact)`,
		);
		const command = /ssh-keyscan .* >> \S+known_hosts/.exec(stored.next as string)?.[0] as string;
		execFileSync("sh", ["-c", command], { stdio: "ignore" });
		expect((await connect(unknown, { storedHostKey: publicKey(stranger) })).hostKey).toBe(sshd.hostKey);
		await disconnectAll();
		known();
		const given = { ...unknown, hostKey: sshd.hostKey };
		expect((await connect(given, { storedHostKey: publicKey(stranger) })).hostKey).toBe(sshd.hostKey);
		expect((await failure({ ...unknown, hostKey: publicKey(stranger) })).message).toContain("(the input hostKey), got");
	});

	it("is refused when it is unknown, with a command that makes it known", async () => {
		const error = await failure(known());
		expect([error.layer, error.reason]).toEqual(["ssh", "host key unknown"]);
		expect(error.message).toContain(`the host showed ssh-ed25519 ${fingerprint(sshd.hostKey)}`);
		expect(error.next).toContain(`or set hostKey: "${sshd.hostKey}"`);
		const command = /ssh-keyscan .* >> \S+known_hosts/.exec(error.next as string)?.[0] as string;
		execFileSync("sh", ["-c", command], { stdio: "ignore" });
		expect((await connect(unknown)).hostKey).toBe(sshd.hostKey);
	});

	it("is accepted on first use only where that is asked for, and expected from then on", async () => {
		known();
		const said = vi.spyOn(console, "log").mockImplementation(() => {});
		expect((await connect(unknown, { trustOnFirstUse: true })).hostKey).toBe(sshd.hostKey);
		expect((await connect(unknown)).hostKey).toBe(sshd.hostKey);
		expect(said.mock.calls).toEqual([
			[`accepted ssh-ed25519 ${fingerprint(sshd.hostKey)} of root@127.0.0.1:${sshd.port} on first use`],
		]);
		said.mockRestore();
		await disconnectAll();
		expect((await failure(unknown)).reason).toBe("host key unknown");
	});

	it("is held against what each caller expects, also on a connection that is there already", async () => {
		known();
		await connect({ ...unknown, hostKey: sshd.hostKey });
		expect((await failure({ ...unknown, hostKey: publicKey(stranger) })).reason).toBe("host key changed");
		expect((await failure(unknown)).reason).toBe("host key unknown");
		const [one, two, three] = await Promise.allSettled([
			connect(unknown),
			connect(unknown, { trustOnFirstUse: true }),
			connect({ ...unknown, hostKey: sshd.hostKey }),
		]);
		expect([one.status, two.status, three.status]).toEqual(["rejected", "fulfilled", "fulfilled"]);
	});

	it("does not make one caller fail for what another did not know", async () => {
		known();
		const [one, two] = await Promise.allSettled([connect(unknown), connect({ ...unknown, hostKey: sshd.hostKey })]);
		expect([one.status, two.status]).toEqual(["rejected", "fulfilled"]);
	});

	it("may be given as several lines", async () => {
		const keys = ["ed25519", "rsa", "ecdsa"].map((type) => publicKey(join(sshd.folder, `host_${type}`)));
		expect((await connect({ ...unknown, hostKey: `${publicKey(stranger)} old\n${keys.join("\n")}\n` })).hostKey).toBe(
			sshd.hostKey,
		);
	});

	it("of a bastion that a Host trusted at first is kept by it, and expected from then on", async () => {
		const bastion = await startSshd();
		try {
			const { hostKey: _, knownHostsFile: __, ...proxy } = { knownHostsFile: "", ...bastion.args };
			const connection = { ...known(), proxy: { ...proxy, knownHostsFile: file } };
			const inputs = host.check({ connection }, undefined);
			const { outputs } = await host.create(inputs);
			await disconnectAll();
			await expect(reach({ connection, hostKey: outputs.hostKey })).rejects.toThrow(/host key/);
			expect(await reach({ connection, ...outputs })).toMatchObject({ hostKey: outputs.hostKey });
			await disconnectAll();
			const another = { ...outputs, proxyHostKey: publicKey(stranger) };
			await expect(reach({ connection, ...another })).rejects.toThrow(/host key/);
		} finally {
			await disconnectAll();
			await bastion.stop();
		}
	});
});
