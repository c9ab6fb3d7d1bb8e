import { execFile } from "node:child_process";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Command, CommandOutput } from "../../provider/hosts/host";
import { HostError } from "../../provider/hosts/host-error";
import { MemoryHost } from "./memory-host";

/**
 * A host whose commands run on this machine, in mounts and a network of their own: what a script does to them is gone with
 * it. Unix sockets are the machine's.
 */
export class ShellHost extends MemoryHost {
	readonly #before: string;
	readonly #shell: string;

	/**
	 * @param before a script that makes the machine what the test wants it to be
	 * @param shell what runs the commands: `busybox sh`
	 */
	constructor(before = "", shell = "sh") {
		super();
		this.#before = before;
		this.#shell = shell;
	}

	override async run({ script, intent }: Command): Promise<CommandOutput> {
		const { exitCode, stdout, stderr } = await inPrivate(this.#before, `${this.#shell} -c "$1"`, [script]);
		if (exitCode !== 0) throw new Error(`${intent}: exit code ${exitCode}: ${stderr}`);
		this.commands.push({ script, intent });
		return { exitCode, stdout, stderr };
	}

	override dialSocket(path: string): Promise<Duplex> {
		return new Promise((resolve, reject) => {
			const socket = connect(path, () => resolve(socket));
			socket.once("error", ({ message: what }) =>
				reject(new HostError({ host: this.name, layer: "ssh", reason: "refused", what })),
			);
		});
	}
}

/** What is written to /etc, /var/lib and /mnt stays in these mounts; the last two seem empty, and /etc without Kubernetes. */
const OWN_FOLDERS = `
mount -t tmpfs own /mnt
mount -t tmpfs own /var/lib
mkdir /mnt/.changed /mnt/.work
mount -t overlay -o lowerdir=/etc,upperdir=/mnt/.changed,workdir=/mnt/.work own /etc
rm -rf /etc/kubernetes
`;

/** Runs a line of shell after a script, in mounts and a network of their own. `$1` is the first argument. */
export function inPrivate(before: string, line: string, args: readonly string[] = []): Promise<CommandOutput> {
	const script = `set -e\n${OWN_FOLDERS}${before}\nset +e\n${line}\ncode=$?\nkill $(jobs -p) 2>/dev/null\nexit $code`;
	const command = ["--mount", "--net", "--propagation", "private", "bash", "-c", script, "bash", ...args];
	return new Promise((resolve, reject) => {
		const child = execFile("unshare", command, { maxBuffer: 2 ** 26, timeout: 60_000 }, (error, stdout, stderr) => {
			if (error && typeof error.code !== "number") reject(error);
			else resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
		});
		child.stdin?.end();
	});
}
