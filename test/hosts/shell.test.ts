import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConnectedHost, connect, disconnectAll } from "../../provider/hosts/ssh/ssh";
import { type Sshd, sshdMissing, startSshd } from "./support/sshd";

/** What stands first on the host's PATH: another `sh`, or all of busybox's commands in place of coreutils'. */
const worlds: [string, string, (folder: string) => void][] = [
	["bash as sh", "/bin/bash", (folder) => symlinkSync("/bin/bash", join(folder, "sh"))],
	["dash as sh", "/bin/dash", (folder) => symlinkSync("/bin/dash", join(folder, "sh"))],
	[
		"busybox as sh and everything else",
		"/bin/busybox",
		(folder) => execFileSync("/bin/busybox", ["--install", "-s", folder]),
	],
];

for (const [name, program, install] of worlds) {
	const missing = sshdMissing || (existsSync(program) ? "" : `needs ${program}`);
	describe.skipIf(missing)(`a host with ${name} ${missing}`, () => {
		let path: string;
		let sshd: Sshd;
		let host: ConnectedHost;
		let folder: string;
		const access = { mode: "0640", owner: "daemon", group: "adm" };

		beforeAll(async () => {
			path = mkdtempSync(join(tmpdir(), "hosts-ssh-path-"));
			install(path);
			sshd = await startSshd({ settings: [`SetEnv SHLVL=1 PATH=${path}:/usr/bin:/bin`] });
			host = await connect(sshd.args);
			folder = join(sshd.folder, "files");
		});
		afterAll(async () => {
			await disconnectAll();
			await sshd.stop();
			rmSync(path, { recursive: true });
		});

		it("runs that shell", async () => {
			const { stdout } = await host.run({ intent: "look", script: "readlink -f /proc/$$/exe; true" });
			expect(stdout.trim()).toBe(execFileSync("readlink", ["-f", program]).toString().trim());
		});

		it("takes, keeps, gives and removes files", async () => {
			const files = Array.from({ length: 8 }, (_, index) => ({
				...access,
				path: join(folder, `made/a file ${index}`),
				content: randomBytes(index * 5001),
			}));
			expect(await host.write(files)).toEqual({
				written: files.map((file) => file.path),
				madeDirectories: [folder, join(folder, "made")],
			});
			expect(await host.write(files)).toEqual({ written: [], madeDirectories: [] });
			const found = await host.read([...files.map((file) => file.path), join(folder, "none")]);
			expect([...found.values()].map(({ digest: _, ...file }) => file)).toEqual(files);
			await host.remove(
				files.map((file) => file.path),
				[join(folder, "made"), folder],
			);
			expect(existsSync(folder)).toBe(false);
		});

		it("installs nothing when an owner is unknown, a directory is in the way or the disk is full", async () => {
			mkdirSync(join(folder, "directory"), { recursive: true });
			mkdirSync(join(folder, "small"));
			execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", join(folder, "small")]);
			try {
				writeFileSync(join(folder, "old"), "old");
				const first = { ...access, path: join(folder, "old"), content: "new" };
				const next = { ...access, path: join(folder, "made/x"), content: "x" };
				const failures = [
					{ ...next, owner: "nobody-has-this-name" },
					{ ...next, path: join(folder, "directory") },
					{ ...next, path: join(folder, "small/big"), content: randomBytes(200_000) },
				];
				const reasons = [];
				for (const failing of failures) reasons.push(await host.write([first, failing]).catch((error) => error.reason));
				expect(reasons).toEqual(["owner unknown", "not a file", "disk full"]);
				expect(readFileSync(join(folder, "old"), "utf8")).toBe("old");
				expect(readdirSync(folder).sort()).toEqual(["directory", "old", "small"]);
				expect(readdirSync(join(folder, "small"))).toEqual([]);
			} finally {
				execFileSync("umount", [join(folder, "small")]);
			}
		});

		it("ends a command at its limit", async () => {
			await expect(host.run({ intent: "hang", script: "sleep 20", timeoutSeconds: 1 })).rejects.toMatchObject({
				reason: "timeout",
			});
		});
	});
}
