import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect as dialTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionArgs } from "../../../provider/hosts/ssh/connection";

/** A real sshd of its own on a free port of the loopback interface. */
export interface Sshd {
	port: number;
	/** Its files: host keys, client keys, known_hosts. */
	folder: string;
	/** Everything that it logged so far. */
	log(): string;
	/** Arguments that get in as root with a key, its host key known. */
	args: ConnectionArgs;
	/** `ssh-ed25519 AAAA…` */
	hostKey: string;
	/** Stops it and removes its files. */
	stop(): Promise<void>;
}

/**
 * Starts an sshd as root.
 * @param settings lines of sshd_config: the first of a name counts, so they come first
 * @param certifyHostKey whether the first host key gets a certificate of an authority of its own. @default false
 */
export async function startSshd({
	settings = [],
	hostKeyTypes = ["ed25519"],
	certifyHostKey = false,
}: {
	settings?: string[];
	hostKeyTypes?: string[];
	certifyHostKey?: boolean;
} = {}): Promise<Sshd> {
	const folder = mkdtempSync(join(tmpdir(), "hosts-ssh-"));
	const hostKeys = hostKeyTypes.map((type) => makeKey(folder, `host_${type}`, { type }));
	makeKey(folder, "client", {});
	mkdirSync("/run/sshd", { recursive: true });
	const port = await freePort();
	const config = join(folder, "sshd_config");
	const lines = [
		...settings,
		`Port ${port}`,
		"ListenAddress 127.0.0.1",
		...hostKeys.map((key) => `HostKey ${key}`),
		...(certifyHostKey ? [`HostCertificate ${certificate(folder, hostKeys[0] as string)}`] : []),
		`AuthorizedKeysFile ${folder}/client.pub`,
		`PidFile ${folder}/pid`,
		"PermitRootLogin yes",
		"StrictModes no",
		"UsePAM no",
		"LogLevel VERBOSE",
		// bash then takes itself for an inner shell and leaves this machine's start-up files alone.
		"SetEnv SHLVL=1",
	];
	writeFileSync(config, `${lines.join("\n")}\n`);
	const child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", config], { stdio: ["ignore", "ignore", "pipe"] });
	let log = "";
	child.stderr.on("data", (chunk) => {
		log += chunk;
	});
	await answers(port, child, () => log);
	const hostKey = publicKey(hostKeys[0] as string);
	return {
		port,
		folder,
		log: () => log,
		hostKey,
		args: {
			host: "127.0.0.1",
			port,
			user: "root",
			privateKeyFile: join(folder, "client"),
			hostKey,
			agentSocketPath: "",
		},
		async stop() {
			await ended(child);
			rmSync(folder, { recursive: true });
		},
	};
}

/** Makes a certificate for a host key, and returns its path. */
function certificate(folder: string, hostKey: string): string {
	const authority = makeKey(folder, "host_authority", {});
	execFileSync("ssh-keygen", ["-q", "-h", "-s", authority, "-I", "test", "-n", "127.0.0.1", `${hostKey}.pub`]);
	return `${hostKey}-cert.pub`;
}

/** Makes a key pair with ssh-keygen and returns the private file's path. */
export function makeKey(
	folder: string,
	name: string,
	{ type = "ed25519", passphrase = "", options = [] }: { type?: string; passphrase?: string; options?: string[] },
): string {
	const path = join(folder, name);
	execFileSync("ssh-keygen", [
		"-q",
		"-t",
		type,
		...(type === "rsa" ? ["-b", "2048"] : []),
		"-N",
		passphrase,
		"-C",
		"",
		...options,
		"-f",
		path,
	]);
	return path;
}

/** `ssh-ed25519 AAAA…` of a private key's file. */
export function publicKey(path: string): string {
	return readFileSync(`${path}.pub`, "utf8").trim().split(" ").slice(0, 2).join(" ");
}

/** A port of the loopback interface on which nothing listens now. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address() as { port: number };
			server.close(() => resolve(port));
		});
	});
}

/** Waits until something is so, looking every 20 ms. */
export async function eventually(what: string, holds: () => boolean, seconds = 10): Promise<void> {
	const deadline = Date.now() + seconds * 1000;
	while (!holds()) {
		if (Date.now() > deadline) throw new Error(`${what}: not so after ${seconds} s`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

/** Whether an sshd can be run here. */
export const sshdMissing =
	!existsSync("/usr/sbin/sshd") || process.getuid?.() !== 0 ? "needs root and openssh-server" : "";

async function answers(port: number, child: ChildProcess, log: () => string): Promise<void> {
	for (let tries = 0; tries < 250; tries++) {
		if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}: ${log()}`);
		if (await accepts(port)) return;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	throw new Error(`sshd: not there after 5 s: ${log()}`);
}

function accepts(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = dialTcp(port, "127.0.0.1");
		socket.once("error", () => resolve(false));
		socket.once("data", () => {
			socket.destroy();
			resolve(true);
		});
	});
}

function ended(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null) return Promise.resolve();
	return new Promise((resolve) => {
		child.once("exit", () => resolve());
		child.kill("SIGTERM");
	});
}
