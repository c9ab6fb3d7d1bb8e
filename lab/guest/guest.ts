import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { processRecord } from "../hosts/registry.ts";
import { writeFiles } from "../hosts/tree-files.ts";
import type { ExecOptions } from "../hosts/types.ts";
import { until } from "../hosts/until.ts";
import { step } from "../progress.ts";
import { type ExecResult, run } from "../run.ts";
import { guestImage } from "./image.ts";
import { guestNetwork } from "./network.ts";
import { ensureQemu, qemu } from "./qemu.ts";

/** A virtual machine like a lab's host, but with its own kernel: cgroup v2, and writable kernel settings. */
export interface Guest {
	readonly name: string;
	/** The guest's address in its own network. */
	readonly address: string;
	/** Address and port at which this machine reaches the guest's SSH. */
	readonly connection: { host: string; port: number; privateKeyFile: string; knownHostsFile: string };
	readonly podSubnet: string;
	readonly serviceSubnet: string;
	/** Runs a command as root on the guest: a string by `sh -c`, a list of words directly. */
	exec(command: string | string[], options?: Omit<ExecOptions, "user">): Promise<ExecResult>;
	/** Ends the machine and removes its files. */
	stop(): Promise<void>;
}

/**
 * Starts a guest and waits until it has booted. The guest ends with this process, even when that is killed. Missing parts (QEMU, tools, images,
 * the disk image) are made first.
 */
export async function startGuest({ name }: { name: string }): Promise<Guest> {
	await ensureQemu();
	const image = await guestImage();
	const folder = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-guest-"));
	const sshPort = await freePort();
	const identity = await makeIdentity(folder, name, sshPort);
	const machine = supervise(folder, qemu({ ...image, name, identity, sshPort }));
	const guest = openGuest({ name, folder, sshPort, machine });
	try {
		await step(`${name}: booting`, () => booted(guest, folder));
		return guest;
	} catch (error) {
		await guest.stop();
		throw error;
	}
}

type Supervisor = ChildProcessByStdio<Writable, null, null>;

// The child outlives this process. When the pipe between them closes, the child ends the machine and removes the folder.
const supervisor = `
folder=$1; shift
"$@" </dev/null >"$folder/console" 2>&1 &
machine=$!
echo $machine >"$folder/pid"
cat >/dev/null
kill -KILL $machine 2>/dev/null
wait $machine
rm -rf "$folder"
`;

function supervise(folder: string, words: string[]): Supervisor {
	const child = spawn("sh", ["-c", supervisor, "sh", folder, ...words], {
		detached: true,
		stdio: ["pipe", "ignore", "ignore"],
	});
	child.unref();
	(child.stdin as unknown as { unref(): void }).unref();
	return child as unknown as Supervisor;
}

interface Opening {
	name: string;
	folder: string;
	sshPort: number;
	machine: Supervisor;
}

function openGuest({ name, folder, sshPort, machine }: Opening): Guest {
	const connection = { host: "127.0.0.1", port: sshPort, ...keyFiles(folder) };
	const ended = once(machine, "exit");
	return {
		name,
		address: guestNetwork.address,
		connection,
		podSubnet: guestNetwork.pods,
		serviceSubnet: guestNetwork.services,
		exec: (command, options) => run([...ssh(connection), remote(command)], { check: false, ...options }),
		async stop() {
			machine.ref();
			machine.stdin.end();
			await ended;
		},
	};
}

function ssh({ host, port, privateKeyFile, knownHostsFile }: Guest["connection"]): string[] {
	const options = [`UserKnownHostsFile=${knownHostsFile}`, "BatchMode=yes", "IdentitiesOnly=yes", "LogLevel=ERROR"];
	const said = options.flatMap((option) => ["-o", option]);
	return ["ssh", "-F", "none", "-i", privateKeyFile, "-p", String(port), ...said, `root@${host}`];
}

// Words of a list are quoted, so that the guest's shell does not interpret them.
function remote(command: string | string[]): string {
	if (typeof command === "string") return command;
	return command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

function keyFiles(folder: string): { privateKeyFile: string; knownHostsFile: string } {
	return { privateKeyFile: join(folder, "id_ed25519"), knownHostsFile: join(folder, "known_hosts") };
}

/** Makes the guest's keys, and a tar archive with its identity. */
async function makeIdentity(folder: string, name: string, sshPort: number): Promise<string> {
	const root = join(folder, "identity");
	const { privateKeyFile, knownHostsFile } = keyFiles(folder);
	await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", `guest ${name}`, "-f", privateKeyFile]);
	await writeFiles(root, [
		{ path: "/etc/hostname", content: `${name}\n` },
		{ path: "/etc/hosts", content: `127.0.0.1 localhost\n::1 localhost\n${guestNetwork.address} ${name}\n` },
		{ path: "/root/.ssh/authorized_keys", content: await readFile(`${privateKeyFile}.pub`, "utf8"), mode: 0o600 },
	]);
	await chmod(join(root, "root/.ssh"), 0o700);
	await mkdir(join(root, "etc/ssh"));
	const hostKey = join(root, "etc/ssh/ssh_host_ed25519_key");
	await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", `root@${name}`, "-f", hostKey]);
	const [type, key] = (await readFile(`${hostKey}.pub`, "utf8")).split(" ");
	await writeFile(knownHostsFile, `[127.0.0.1]:${sshPort} ${type} ${key}\n`);
	const tar = join(folder, "identity.tar");
	const parts = [
		"etc/hostname",
		"etc/hosts",
		"root/.ssh",
		"etc/ssh/ssh_host_ed25519_key",
		"etc/ssh/ssh_host_ed25519_key.pub",
	];
	await run(["tar", "-C", root, "--owner=0", "--group=0", "-cf", tar, ...parts]);
	return tar;
}

// An emulated processor is slow: booting took 150 s on two busy cores.
const bootSeconds = 600;

async function booted(guest: Guest, folder: string): Promise<void> {
	const said = async () => (await readFile(join(folder, "console"), "utf8")).trim().split("\n").slice(-5).join("\n  ");
	const state = await until(`${guest.name}: has booted`, bootSeconds, async (seen) => {
		const pid = Number(await readFile(join(folder, "pid"), "utf8"));
		seen(`console: ${await said()}`);
		if (!processRecord(pid)) return "ended";
		const { stdout } = await guest.exec(["systemctl", "is-system-running", "--wait"], { timeout: 120_000 });
		return /^(running|degraded)$/m.test(stdout) ? "booted" : undefined;
	});
	if (state === "ended") throw new Error(`${guest.name}: QEMU ended:\n  ${await said()}`);
	const wanted = ["guest-identity", "ssh", "containerd"];
	const { exitCode } = await guest.exec(["systemctl", "is-active", "--quiet", ...wanted]);
	if (exitCode === 0) return;
	const { stdout } = await guest.exec(["systemctl", "status", "--no-pager", "--lines=5", ...wanted]);
	throw new Error(`${guest.name}: booted, but not all of ${wanted.join(", ")} run:\n${stdout}`);
}

async function freePort(): Promise<number> {
	const server = createServer();
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as { port: number };
	server.close();
	await once(server, "close");
	return port;
}
