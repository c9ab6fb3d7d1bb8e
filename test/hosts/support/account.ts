import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A user of this machine for the time of a test. */
export interface Account {
	name: string;
	home: string;
	password: string;
	/** Removes the user, the rule for sudo and the home directory. */
	remove(): void;
}

/** Makes a user with a random name, or says why it can't. */
export function makeAccount({ shell = "/bin/bash", sudo }: { shell?: string; sudo?: string } = {}): Account {
	const name = `hs${randomBytes(4).toString("hex")}`;
	const parent = mkdtempSync(join(tmpdir(), "hosts-ssh-home-"));
	execFileSync("chmod", ["755", parent]);
	const home = join(parent, name);
	const password = randomBytes(12).toString("hex");
	const rule = `/etc/sudoers.d/${name}`;
	execFileSync("useradd", ["--create-home", "--home-dir", home, "--shell", shell, name]);
	execFileSync("chpasswd", { input: `${name}:${password}\n` });
	if (sudo) writeFileSync(rule, `${sudo.replaceAll("USER", name)}\n`, { mode: 0o440 });
	return {
		name,
		home,
		password,
		remove() {
			rmSync(rule, { force: true });
			execFileSync("userdel", [name], { stdio: "ignore" });
			rmSync(parent, { recursive: true });
		},
	};
}

/** Why an account can't be made here; empty if it can. */
export const accountsMissing =
	existsSync("/usr/sbin/useradd") && existsSync("/usr/bin/sudo") ? "" : "needs useradd and sudo";
