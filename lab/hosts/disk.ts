import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, chmod, chown, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Addresses } from "../network/addresses.ts";
import { conflist, routes } from "../network/pods.ts";
import { run } from "../run.ts";
import { type HostRecord, labFolder } from "./registry.ts";
import { writeFiles } from "./tree-files.ts";

/** Returns the private key that all users of a lab's hosts accept, and the file with the hosts' SSH host keys. */
export function keyFiles(lab: string): { sshKeyFile: string; knownHostsFile: string } {
	return { sshKeyFile: join(labFolder(lab), "id_ed25519"), knownHostsFile: join(labFolder(lab), "known_hosts") };
}

/** Returns the folders of a host's disk. */
export function hostFolders(lab: string, name: string) {
	const folder = join(labFolder(lab), "hosts", name);
	return {
		/** The root directory, without what is in /usr. */
		root: join(folder, "root"),
		/** /usr: what all hosts of the lab have, and what this host has changed of it. */
		usr: { lower: join(labFolder(lab), "usr"), upper: join(folder, "usr") },
		/** Log of systemd-nspawn and of the boot. */
		console: join(folder, "console.log"),
	};
}

/** Creates the lab's SSH key. */
export async function makeKey(lab: string): Promise<void> {
	await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", `lab ${lab}`, "-f", keyFiles(lab).sshKeyFile]);
}

/** Parts of a host's root directory. */
export interface Disk {
	/** The folder it is made from, see `hostTree`. */
	tree: string;
	lab: string;
	host: HostRecord;
	addresses: Addresses;
}

/** Creates a host's root directory: a copy of the tree with the host's name, keys and addresses. */
export async function makeDisk({ tree, lab, host, addresses }: Disk): Promise<void> {
	const { name, number } = host;
	const { root, usr } = hostFolders(lab, name);
	await mkdir(usr.upper, { recursive: true });
	await run(["cp", "-a", "--reflink=auto", join(tree, "root"), root]);
	if (!existsSync(usr.lower)) await share(join(tree, "usr"), usr.lower);
	await makeStore(join(tree, "containerd"), join(root, "var/lib/containerd"));
	const address = addresses.host(number);
	const network = `ADDRESS="${address}/24"\nROUTES="${routes(addresses, number).join("\n")}"\n`;
	const authorized = await readFile(`${keyFiles(lab).sshKeyFile}.pub`, "utf8");
	await writeFiles(root, [
		{ path: "/etc/hostname", content: `${name}\n` },
		{ path: "/etc/hosts", content: `127.0.0.1 localhost\n::1 localhost\n${address} ${name}\n` },
		{ path: "/etc/machine-id", content: `${randomBytes(16).toString("hex")}\n`, mode: 0o444 },
		// The bridge answers no questions: they are refused at once, and none leaves this machine.
		{ path: "/etc/resolv.conf", content: `nameserver ${addresses.gateway}\n` },
		{ path: "/etc/lab/network", content: network },
		{ path: "/etc/cni/net.d/10-lab.conflist", content: conflist(addresses.podsOf(number)) },
	]);
	for (const home of ["/root", "/home/admin", "/home/nosudo"]) {
		const ssh = join(root, home, ".ssh");
		await writeFiles(ssh, [{ path: "authorized_keys", content: authorized, mode: 0o600 }]);
		await chmod(ssh, 0o700);
		const { uid, gid } = await stat(join(root, home));
		for (const path of [ssh, join(ssh, "authorized_keys")]) await chown(path, uid, gid);
	}
	await makeHostKeys(root, lab, [address, name]);
}

// Hosts share layers and blobs, which never change. Each host has its own databases.
async function makeStore(from: string, to: string): Promise<void> {
	await share(from, to);
	for (const part of await readdir(from))
		for (const file of (await readdir(join(from, part))).filter((name) => name.endsWith(".db")))
			await run(["cp", "-a", "--remove-destination", join(from, part, file), join(to, part, file)]);
}

// Hard links need no copying, and survive removal of the cache.
async function share(from: string, to: string): Promise<void> {
	const sameDisk = (await stat(from)).dev === (await stat(dirname(to))).dev;
	await run(["cp", sameDisk ? "-al" : "-a", from, to]);
}

async function makeHostKeys(root: string, lab: string, names: string[]): Promise<void> {
	for (const type of ["ed25519", "ecdsa"]) {
		const file = join(root, `etc/ssh/ssh_host_${type}_key`);
		await run(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", `root@${names[1]}`, "-f", file]);
		const [algorithm, key] = (await readFile(`${file}.pub`, "utf8")).split(" ");
		await appendFile(keyFiles(lab).knownHostsFile, `${names.join(",")} ${algorithm} ${key}\n`);
	}
}
