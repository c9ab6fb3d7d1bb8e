import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FileToWrite } from "../../../provider/hosts/host";
import { HostError } from "../../../provider/hosts/host-error";
import { type ConnectedHost, connect, disconnectAll } from "../../../provider/hosts/ssh/ssh";
import { type Sshd, sshdMissing, startSshd } from "../support/sshd";

describe.skipIf(sshdMissing)(`files on a real sshd ${sshdMissing}`, () => {
	let sshd: Sshd;
	let host: ConnectedHost;
	let folder: string;

	beforeAll(async () => {
		sshd = await startSshd();
		host = await connect(sshd.args);
	});
	beforeEach(() => {
		folder = mkdtempSync(join(sshd.folder, "files-"));
	});
	afterAll(async () => {
		await disconnectAll();
		await sshd.stop();
	});

	function file(name: string, content: string | Buffer, rest: Partial<FileToWrite> = {}): FileToWrite {
		return { path: join(folder, name), content, mode: "0600", owner: "root", group: "root", ...rest };
	}

	it("places text, binary and empty files with mode and owner, and reads the same back", async () => {
		const binary = randomBytes(300_000);
		const files = [
			file("text", "one\n\ntwo\n\n", { mode: "0644" }),
			file("deep/er/binary", binary, { mode: "4750", owner: "daemon", group: "adm", directoryMode: "0700" }),
			file("empty", ""),
			file("a name with 'quotes' $(touch x) and spaces", "\n\n"),
			file("numbers", "x", { owner: "54321", group: "54322" }),
		];
		const result = await host.write(files);
		expect(result.written).toEqual(files.map(({ path }) => path));
		expect(result.madeDirectories).toEqual([join(folder, "deep"), join(folder, "deep/er")]);
		expect(readFileSync(join(folder, "deep/er/binary")).equals(binary)).toBe(true);
		expect(
			execFileSync("stat", [
				"-c",
				"%a %U %G",
				join(folder, "deep/er/binary"),
				join(folder, "deep/er"),
				join(folder, "deep"),
			]).toString(),
		).toBe("4750 daemon adm\n700 root root\n700 root root\n");
		const found = await host.read([...files.map(({ path }) => path), join(folder, "none"), join(folder, "text/below")]);
		expect([...found.keys()]).toEqual(files.map(({ path }) => path));
		for (const { path, content, mode, owner, group } of files) {
			const bytes = Buffer.from(content as string);
			const digest = createHash("sha256").update(bytes).digest("hex");
			expect(found.get(path)).toEqual({ path, content: bytes, digest, mode, owner, group });
		}
		expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
	});

	it("does not touch a file that is as wanted, nor its directory", async () => {
		const files = [file("same", "content"), file("other", "content", { owner: "daemon", group: "adm", mode: "0640" })];
		await host.write(files);
		const state = () =>
			[...files.map(({ path }) => path), folder].map((path) => {
				const { ino, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
				return { path, ino, mtimeNs, ctimeNs };
			});
		const before = state();
		expect(await host.write(files)).toEqual({ written: [], madeDirectories: [] });
		expect(state()).toEqual(before);
	});

	it("writes only the file among many whose content, mode or owner differs", async () => {
		const files = [file("a", "a"), file("b", "b"), file("c", "c"), file("d", "d")];
		await host.write(files);
		const inode = statSync(join(folder, "a")).ino;
		chmodSync(join(folder, "b"), 0o644);
		writeFileSync(join(folder, "c"), "edited");
		execFileSync("chown", ["daemon", join(folder, "d")]);
		expect((await host.write(files)).written).toEqual(["b", "c", "d"].map((name) => join(folder, name)));
		expect(statSync(join(folder, "a")).ino).toBe(inode);
		expect(execFileSync("stat", ["-c", "%a %U", join(folder, "b"), join(folder, "d")]).toString()).toBe(
			"600 root\n600 root\n",
		);
		expect(readFileSync(join(folder, "c"), "utf8")).toBe("c");
	});

	it("puts a regular file in place of a symbolic link and leaves the link's target alone", async () => {
		writeFileSync(join(folder, "target"), "content");
		symlinkSync("target", join(folder, "link"));
		await host.write([file("link", "content")]);
		expect(lstatSync(join(folder, "link")).isFile()).toBe(true);
		expect(readFileSync(join(folder, "target"), "utf8")).toBe("content");
	});

	it("names the file when the disk is full, and installs nothing", async () => {
		const mount = join(folder, "small");
		mkdirSync(mount);
		execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", mount]);
		try {
			await host.write([file("small/kept", "old")]);
			const error: HostError = await host
				.write([file("small/kept", "new"), file("small/made/big", randomBytes(100_000))])
				.catch((thrown) => thrown);
			expect(error).toBeInstanceOf(HostError);
			expect([error.layer, error.reason]).toEqual(["disk", "disk full"]);
			expect(error.message).toContain(`${mount}/made/big: `);
			expect(error.message).toContain("No space left on device; nothing was installed");
			expect(error.next).toMatch(/^ssh -p \d+ -i \S+ root@127\.0\.0\.1 'df -h /);
			expect(readFileSync(join(mount, "kept"), "utf8")).toBe("old");
			expect(readdirSync(mount)).toEqual(["kept"]);
		} finally {
			execFileSync("umount", [mount]);
		}
	});

	it("names an owner or group that the host does not have, and installs nothing", async () => {
		for (const wrong of [{ owner: "nobody-has-this-name" }, { group: "nobody-has-this-name" }]) {
			const error: HostError = await host
				.write([file("first", "x"), file("made/second", "x", wrong)])
				.catch((thrown) => thrown);
			expect(error.reason).toBe("owner unknown");
			expect(error.message).toContain("nobody-has-this-name");
			expect(readdirSync(folder)).toEqual([]);
		}
	});

	it("refuses a directory in the place of a file, a path through a file, and paths that are not plain", async () => {
		mkdirSync(join(folder, "directory"));
		writeFileSync(join(folder, "plain"), "");
		await expect(host.write([file("x", "x"), file("directory", "x")])).rejects.toThrow(
			/directory: expected a file or nothing.*nothing was installed/,
		);
		await expect(host.write([file("x", "x"), file("plain/below", "x")])).rejects.toThrow(
			/plain\/below: mkdir: cannot create directory.*nothing was installed/s,
		);
		await expect(host.read([join(folder, "directory")])).rejects.toThrow(/directory: expected a regular file/);
		for (const path of ["relative", "/a/../b", "/a\nb", "/a/", "/a//b", "/a\\b"]) {
			await expect(host.write([file("x", "x"), { ...file("x", "x"), path }])).rejects.toThrow(
				"expected an absolute path",
			);
		}
		await expect(host.write([file("x", "x"), file("x", "y")])).rejects.toThrow("expected each path once");
		expect(readdirSync(folder).sort()).toEqual(["directory", "plain"]);
	});

	it("sweeps away what a dead writer staged and leaves a living one's alone", async () => {
		const dead = execFileSync("sh", ["-c", "echo $$"]).toString().trim();
		writeFileSync(join(folder, `.pulumi-kubeadm-${dead}-aa-1`), "stale");
		writeFileSync(join(folder, `.pulumi-kubeadm-${process.pid}-aa-1`), "living");
		await host.write([file("new", "x")]);
		expect(readdirSync(folder).sort()).toEqual([`.pulumi-kubeadm-${process.pid}-aa-1`, "new"]);
	});

	it("lets several writers into one directory at once", async () => {
		await Promise.all(
			Array.from({ length: 12 }, (_, index) =>
				host.write([file(`made/${index}`, `content ${index}`), file("made/shared", `content ${index}`)]),
			),
		);
		expect(readdirSync(join(folder, "made")).sort()).toEqual(
			[...Array.from({ length: 12 }, (_, index) => `${index}`), "shared"].sort(),
		);
		expect(readFileSync(join(folder, "made/shared"), "utf8")).toMatch(/^content \d+$/);
	});

	it("removes a directory whose last files go in several removals at one time", async () => {
		const names = ["one", "two", "three", "four", "five", "six"];
		for (let round = 0; round < 10; round++) {
			await host.write(names.map((name) => file(`shared/${name}`, name)));
			await Promise.all(names.map((name) => host.remove([join(folder, "shared", name)], [join(folder, "shared")])));
			expect(existsSync(join(folder, "shared"))).toBe(false);
		}
	});

	it("removes files and then the directories that are empty, deepest first", async () => {
		await host.write([file("a/b/c/one", "1"), file("a/two", "2"), file("a/kept/three", "3")]);
		const directories = ["a", "a/b", "a/b/c", "a/kept", "never"].map((name) => join(folder, name));
		await host.remove([join(folder, "a/b/c/one"), join(folder, "a/two"), join(folder, "absent")], directories);
		expect(readdirSync(join(folder, "a"))).toEqual(["kept"]);
		await host.remove([join(folder, "a/kept/three")], directories);
		expect(existsSync(join(folder, "a"))).toBe(false);
		await host.remove([join(folder, "a/kept/three")], directories);
		mkdirSync(join(folder, "directory"));
		await expect(host.remove([join(folder, "directory")])).rejects.toThrow(
			/remove .*directory: exit code 1\n.*Is a directory/,
		);
	});

	it("follows a link when it reads, and says so when a file has no size of its own", async () => {
		writeFileSync(join(folder, "target"), "content");
		symlinkSync("target", join(folder, "link"));
		expect((await host.read([join(folder, "link")])).get(join(folder, "link"))?.content.toString()).toBe("content");
		await expect(host.read(["/proc/self/status"])).rejects.toThrow(/\/proc\/self\/status: its size and digest changed/);
	});

	it("reads more paths than one command line holds", async () => {
		await host.write([file("here", "x")]);
		const many = Array.from({ length: 3000 }, (_, index) => join(folder, `a-long-name-that-is-not-there-${index}`));
		expect([...(await host.read([...many, join(folder, "here")])).keys()]).toEqual([join(folder, "here")]);
	});

	it("places 100 files of 4 kB in one exchange and reads them back in another", async () => {
		const files = Array.from({ length: 100 }, (_, index) => file(`many/${index}`, randomBytes(4096)));
		const start = performance.now();
		expect((await host.write(files)).written).toHaveLength(100);
		const written = performance.now();
		expect((await host.write(files)).written).toHaveLength(0);
		const compared = performance.now();
		expect((await host.read(files.map(({ path }) => path))).size).toBe(100);
		const read = performance.now();
		console.log(
			`100 files of 4 kB: written in ${(written - start).toFixed(0)} ms, found the same in ${(compared - written).toFixed(0)} ms, read in ${(read - compared).toFixed(0)} ms`,
		);
		rmSync(join(folder, "many"), { recursive: true });
	});
});
