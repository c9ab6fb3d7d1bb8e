import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandError } from "../../provider/hosts/command-error";
import type { HostError } from "../../provider/hosts/host-error";
import { type ConnectedHost, connect, disconnectAll } from "../../provider/hosts/ssh/ssh";
import { type Account, accountsMissing, makeAccount } from "./support/account";
import { eventually, type Sshd, sshdMissing, startSshd } from "./support/sshd";

describe.skipIf(sshdMissing)(`commands on a real sshd ${sshdMissing}`, () => {
	let sshd: Sshd;
	let host: ConnectedHost;

	beforeAll(async () => {
		sshd = await startSshd();
		host = await connect(sshd.args);
	});
	afterAll(async () => {
		await disconnectAll();
		await sshd.stop();
	});

	it("gives a script its standard input and answers with its output and exit code", async () => {
		const output = await host.run({
			intent: "count",
			script: "wc -c; echo err >&2\nexit 7",
			stdin: "12345",
			expectedExitCodes: [0, 7],
		});
		expect(output).toEqual({ exitCode: 7, stdout: "5\n", stderr: "err\n" });
	});

	it("runs as root in / with the administrator's programs on PATH and messages in English", async () => {
		const { stdout } = await host.run({
			intent: "look",
			script: 'id -u; pwd; umask; echo "$LC_ALL"; case $PATH in */usr/sbin*) echo yes;; esac',
		});
		expect(stdout).toBe("0\n/\n0022\nC\nyes\n");
	});

	it("takes every character of a script as it is", async () => {
		const script = `printf '%s|' 'it'"'"'s' "a\\\\b" '!x!' '$HOME' '\`id\`' 'ü'\nprintf end`;
		expect((await host.run({ intent: "quote", script })).stdout).toBe("it's|a\\b|!x!|$HOME|`id`|ü|end");
	});

	it("runs a script that is longer than a command line may be, and gives it its own standard input", async () => {
		const script = `: ${"x".repeat(200_000)}\ncat; printf ' %s' "$(head -c 3 /dev/zero | wc -c)"`;
		expect((await host.run({ intent: "run long", script, stdin: "data" })).stdout).toBe("data 3");
	});

	it("says what failed, with the last lines, and a command that does the same when it is pasted", async () => {
		const command = {
			intent: "look for a unit",
			script: "echo 'first out'; for i in 1 2 3; do echo \"it's $i\" >&2; done; exit 4",
		};
		const error: CommandError = await host.run(command).catch((thrown) => thrown);
		expect(error).toBeInstanceOf(CommandError);
		expect(error.message).toContain(
			`root@127.0.0.1:${sshd.port}: look for a unit: exit code 4\n    it's 1\n    it's 2\n    it's 3\n  next: ssh -p ${sshd.port} `,
		);
		expect([error.exitCode, error.signal, error.stdout, error.stderr]).toEqual([
			4,
			undefined,
			"first out",
			"it's 1\nit's 2\nit's 3",
		]);
		const options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";
		const pasted = execFileSync(
			"sh",
			["-c", `${error.command.replace("ssh ", `ssh ${options} `)} 2>&1 || echo "exit $?"`],
			{ stdio: ["ignore", "pipe", "pipe"] },
		);
		expect(pasted.toString()).toBe("first out\nit's 1\nit's 2\nit's 3\nexit 4\n");
	});

	it("shows neither its standard input nor a private key or token in an error, and nothing of it in the process list", async () => {
		const secret = "hunter2-hunter2-hunter2";
		const folder = sshd.folder;
		const running = host.run({
			intent: "use a secret",
			stdin: secret,
			script: `read s; touch ${folder}/has-it; until [ -e ${folder}/go ]; do sleep 0.05; done; echo "got $s and abcdef.0123456789abcdef" >&2; cat ${folder}/client >&2; exit 1`,
		});
		running.catch(() => {});
		await eventually("the script runs", () => existsSync(join(folder, "has-it")));
		const processes = execFileSync("sh", ["-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null || true"], {
			maxBuffer: 1e8,
		}).toString();
		expect(processes).toContain("has-it");
		expect(processes).not.toContain(secret);
		writeFileSync(join(folder, "go"), "");
		const error: CommandError = await running.then(
			() => expect.fail("expected a failure"),
			(thrown) => thrown,
		);
		expect(error.stderr).toBe("got [secret] and [secret]\n[secret]");
		expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toMatch(/hunter2|0123456789abcdef|PRIVATE/);
	});

	it("kills the whole process group at the limit and says so", async () => {
		const mark = join(sshd.folder, "late");
		const start = Date.now();
		const error: CommandError = await host
			.run({ intent: "hang", timeoutSeconds: 1, script: `echo started; (sleep 2; touch ${mark}) & sleep 60 | cat` })
			.catch((thrown) => thrown);
		expect(Date.now() - start).toBeLessThan(4000);
		expect(error.reason).toBe("timeout");
		expect(error.message).toContain("hang: killed at its limit of 1 s\n    started");
		await new Promise((resolve) => setTimeout(resolve, 1500));
		expect(existsSync(mark)).toBe(false);
	});

	it("kills a script that ignores the polite signal, too", async () => {
		const error: CommandError = await host
			.run({ intent: "be stubborn", timeoutSeconds: 0.5, script: "trap '' TERM\nwhile :; do sleep 0.2; done" })
			.catch((thrown) => thrown);
		expect(error.reason).toBe("timeout");
	}, 15_000);

	it("takes an exit code of 124 for the script's own while there is time left", async () => {
		expect((await host.run({ intent: "exit", script: "exit 124", expectedExitCodes: [124] })).exitCode).toBe(124);
		await expect(host.run({ intent: "die", script: "kill -SEGV $$" })).rejects.toMatchObject({ reason: "exit code" });
	});

	it("does not wait for what a script left in the background", async () => {
		const start = Date.now();
		expect((await host.run({ intent: "start", script: "sleep 20 & echo $!" })).stdout).toMatch(/^\d+\n$/);
		expect(Date.now() - start).toBeLessThan(5000);
	});

	it("answers with all of 20 MB, and fails beyond the limit", async () => {
		expect((await host.run({ intent: "talk", script: "head -c 20000000 /dev/zero" })).stdout).toHaveLength(20_000_000);
		await expect(host.run({ intent: "talk on", script: "head -c 80000000 /dev/zero" })).rejects.toThrow(
			/expected at most 67108864 bytes of output, got more/,
		);
		const { stderr } = await host.run({ intent: "complain", script: "seq 1 100000 >&2" });
		expect(stderr).toHaveLength(64 * 1024);
		expect(stderr).toMatch(/\n99999\n100000\n$/);
	}, 30_000);

	it("gets 200 commands at once through one connection", async () => {
		await host.run({ intent: "warm up", script: "true" });
		const logins = () => sshd.log().match(/Accepted publickey/g)?.length;
		const before = logins();
		const start = performance.now();
		const all = await Promise.all(
			Array.from({ length: 200 }, (_, index) => host.run({ intent: "echo", script: `echo ${index}` })),
		);
		console.log(`200 commands at once: ${(performance.now() - start).toFixed(0)} ms`);
		expect(all.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 200 }, (_, index) => `${index}\n`));
		expect(logins()).toBe(before);
	}, 30_000);

	it("gets by with an sshd that allows a single channel", async () => {
		const strict = await startSshd({ settings: ["MaxSessions 1"] });
		try {
			const narrow = await connect(strict.args);
			const all = await Promise.all(
				Array.from({ length: 20 }, (_, index) => narrow.run({ intent: "echo", script: `echo ${index}` })),
			);
			expect(all.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 20 }, (_, index) => `${index}\n`));
		} finally {
			await strict.stop();
		}
	}, 30_000);

	it("runs 100 commands one after another", async () => {
		await host.run({ intent: "warm up", script: "true" });
		for (const [name, script] of [
			["simple", "true"],
			["of several lines", "true\ntrue"],
		] as const) {
			const start = performance.now();
			for (let index = 0; index < 100; index++) await host.run({ intent: "do nothing", script });
			console.log(`a ${name} command: ${((performance.now() - start) / 100).toFixed(1)} ms`);
		}
	}, 30_000);

	it("ends its connection when it is not used, so that the process can end", async () => {
		const goodbyes = () => sshd.log().match(/Disconnected from/g)?.length ?? 0;
		await host.run({ intent: "be in use", script: "true" });
		const before = goodbyes();
		await eventually("sshd is left", () => goodbyes() > before, 10);
		expect((await host.run({ intent: "say so", script: "echo again" })).stdout).toBe("again\n");
	}, 15_000);

	describe.skipIf(accountsMissing)(`as another user than root ${accountsMissing}`, () => {
		const accounts: Account[] = [];
		let own: Sshd;
		beforeAll(async () => {
			own = await startSshd({ settings: ["SetEnv SHLVL=0"] });
		});
		afterAll(async () => {
			await disconnectAll();
			await own.stop();
			for (const account of accounts) account.remove();
		});

		function account(options: Parameters<typeof makeAccount>[0]): Account {
			const made = makeAccount(options);
			accounts.push(made);
			chmodSync(own.folder, 0o755);
			return made;
		}

		it("works as root through sudo, also where sudo runs everything in a terminal of its own", async () => {
			for (const rule of ["USER ALL=(ALL) NOPASSWD: ALL", "Defaults:USER use_pty\nUSER ALL=(ALL) NOPASSWD: ALL"]) {
				const { name, home } = account({ sudo: rule });
				const guest = await connect({ ...own.args, user: name });
				expect((await guest.run({ intent: "look", script: "id -u; cat", stdin: "in" })).stdout).toBe("0\nin");
				const content = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
				const path = join(home, "made/file");
				await guest.write([{ path, content, mode: "0600", owner: name, group: "root" }]);
				expect((await guest.read([path])).get(path)).toMatchObject({ content, owner: name, mode: "0600" });
				const error = await guest
					.run({ intent: "hang", script: "sleep 30", timeoutSeconds: 0.5 })
					.catch((thrown) => thrown);
				expect(error.reason).toBe("timeout");
				await guest.remove([path], [join(home, "made")]);
				expect(readdirSync(home)).not.toContain("made");
				const start = performance.now();
				for (let index = 0; index < 20; index++) await guest.run({ intent: "do nothing", script: "true" });
				console.log(`a command through sudo: ${((performance.now() - start) / 20).toFixed(1)} ms`);
			}
		}, 30_000);

		it("leaves nothing of files and output in the log of a sudo that logs all input and output", async () => {
			const log = join(own.folder, "sudo-log");
			const { name, home } = account({
				sudo: `USER ALL=(ALL) NOPASSWD: ALL\nDefaults:USER log_input,log_output,iolog_dir=${log}`,
			});
			const guest = await connect({ ...own.args, user: name });
			const path = join(home, "secret");
			await guest.write([{ path, content: "a private key\n", mode: "0600", owner: "root", group: "root" }]);
			expect((await guest.read([path])).get(path)?.content.toString()).toBe("a private key\n");
			await expect(guest.run({ intent: "fail", script: "echo the reason >&2; exit 3" })).rejects.toMatchObject({
				exitCode: 3,
				stderr: "the reason",
			});
			const sessions = execFileSync("find", [log, "-name", "stdin", "-o", "-name", "stdout"])
				.toString()
				.trim()
				.split("\n");
			expect(sessions).toHaveLength(6);
			expect(sessions.map((file) => execFileSync("zcat", ["-f", file]).toString())).toEqual(sessions.map(() => ""));
			await guest.remove([path]);
		});

		it("says so when sudo demands a terminal", async () => {
			const { name } = account({ sudo: "USER ALL=(ALL) NOPASSWD: ALL\nDefaults:USER requiretty" });
			const guest = await connect({ ...own.args, user: name });
			const error: HostError = await guest.run({ intent: "look", script: "true" }).catch((thrown) => thrown);
			expect([error.layer, error.reason]).toEqual(["sudo", "no sudo"]);
			expect(error.message).toContain(
				`look: sudo demands a terminal (requiretty in sudoers), and commands run without one; add the line \`Defaults:${name} !requiretty\` to sudoers`,
			);
		});

		it("says so when sudo wants a password, refuses, or is not there", async () => {
			const { name } = account({});
			const guest = await connect({ ...own.args, user: name });
			const error: HostError = await guest
				.run({ intent: "start the kubelet", script: "true" })
				.catch((thrown) => thrown);
			expect([error.layer, error.reason]).toEqual(["sudo", "no sudo"]);
			expect(error.message).toContain(
				`start the kubelet: user ${name} needs a password for sudo; add a rule such as \`${name} ALL=(ALL) NOPASSWD: ALL\`\n    sudo: a password is required`,
			);
			const limited = account({ sudo: "USER ALL=(ALL) NOPASSWD: /usr/bin/id" });
			await expect((await connect({ ...own.args, user: limited.name })).read(["/etc/shadow"])).rejects.toMatchObject({
				layer: "sudo",
			});
			const bare = await startSshd({ settings: ["SetEnv PATH=/nowhere"] });
			try {
				chmodSync(bare.folder, 0o755);
				const lacking = await connect({ ...bare.args, user: name });
				await expect(lacking.run({ intent: "look", script: "true" })).rejects.toThrow(
					/sudo: look: sudo is not installed/,
				);
			} finally {
				await bare.stop();
			}
		});

		it("is not confused by what a login shell says at its start", async () => {
			const { name, home } = account({ sudo: "USER ALL=(ALL) NOPASSWD: ALL" });
			writeFileSync(join(home, ".bashrc"), "echo 'Welcome to this host'; echo 'mind the gap' >&2\n");
			const guest = await connect({ ...own.args, user: name });
			expect((await guest.run({ intent: "look", script: "echo mine" })).stdout).toBe("mine\n");
			expect((await guest.run({ intent: "look", script: "echo mine" })).stderr).toBe("mind the gap\n");
			expect((await guest.read(["/etc/hostname"])).get("/etc/hostname")?.content).toEqual(
				readFileSync("/etc/hostname"),
			);
		});

		it("says so when the login shell runs nothing", async () => {
			const { name } = account({ shell: "/usr/sbin/nologin" });
			const guest = await connect({ ...own.args, user: name });
			await expect(guest.run({ intent: "look", script: "true" })).rejects.toMatchObject({
				layer: "shell",
				reason: "no shell",
				message: expect.stringContaining("This account is currently not available"),
			});
		});

		for (const shell of ["/bin/dash", "/bin/tcsh", "/usr/bin/fish", "/bin/zsh", "/bin/busybox"]) {
			it.skipIf(!existsSync(shell))(
				`works with ${shell} as login shell${existsSync(shell) ? "" : " (not installed here)"}`,
				async () => {
					const { name, home } = account({
						shell: shell.endsWith("busybox") ? busyboxShell(own.folder) : shell,
						sudo: "USER ALL=(ALL) NOPASSWD: ALL",
					});
					const guest = await connect({ ...own.args, user: name });
					const script = `printf '%s|' 'it'"'"'s' "a\\\\b" '!x!' '$HOME'`;
					expect((await guest.run({ intent: "quote", script })).stdout).toBe("it's|a\\b|!x!|$HOME|");
					expect(
						(await guest.run({ intent: "quote", script: "echo 'it'\"'\"'s $HOME' | tr s S; cat", stdin: "in" })).stdout,
					).toBe("it'S $HOME\nin");
					const path = join(home, "it's a file");
					await guest.write([{ path, content: "x", mode: "0600", owner: "root", group: "root" }]);
					expect((await guest.read([path])).size).toBe(1);
				},
			);
		}
	});
});

function busyboxShell(folder: string): string {
	const path = join(folder, "ash");
	if (!existsSync(path)) writeFileSync(path, '#!/bin/busybox sh\nexec /bin/busybox sh "$@"\n', { mode: 0o755 });
	return path;
}
