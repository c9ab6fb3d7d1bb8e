import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path/posix";
import type { Duplex } from "node:stream";
import type { Command, CommandOutput, FileMode, FileOnHost, FileToWrite, Host } from "../../provider/hosts/host";
import { RECORDS } from "../../provider/hosts/placement/records";
import { MemoryRuntime } from "./container-runtime";

/** Answer to a command: its standard output, or all of its output. */
type Answer = string | Partial<CommandOutput>;

/** Folders that exist on every host. */
const initial = ["/", "/etc", "/usr", "/usr/local", "/var", "/var/lib", "/run"];

/**
 * A host in memory with the semantics of `Host`: files with modes, parent folders that are made and reported, removal of empty
 * folders. A test defines the answers to commands by their intent; a command without an answer fails.
 */
export class MemoryHost implements Host {
	readonly name: string;
	readonly files = new Map<string, FileMode & { content: Buffer }>();
	readonly folders = new Map<string, string>(initial.map((path) => [path, "0755"]));
	readonly commands: Command[] = [];
	/** Number of writes that changed something. */
	writes = 0;
	/** Port on loopback that every `dial` is connected to; undefined: connections are refused. */
	listens: number | undefined;
	readonly dialled: string[] = [];
	/** The server at the socket of the container runtime. */
	readonly runtime = new MemoryRuntime();
	readonly #answers: [RegExp, (command: Command) => Answer][] = [];

	constructor(name = "root@198.18.0.11:22") {
		this.name = name;
		this.answers(/^look which container runtime/, () => "");
		this.answers(/^look whether cloud-init has ended$/, () => "");
		this.answers(/^drop the records of (object owners|changes)$/, () => "");
		this.answers(/^(take|release) the host's lock$/, () => "");
		this.answers(/^remove empty folders that this package created$/, (command) => this.#removeEmptyFolders(command));
		this.answers(/^list the manifests of static pods$/, () =>
			[...this.files.keys()].filter((path) => /^\/etc\/kubernetes\/manifests\/[^./][^/]*$/.test(path)).join("\n"),
		);
		this.answers(/^claim the machine for a node$/, ({ stdin }) => this.#linkClaim(String(stdin)));
	}

	/** Defines the answer to commands whose intent matches. A later definition overrides an earlier one. */
	answers(intent: RegExp, answer: (command: Command) => Answer): void {
		this.#answers.unshift([intent, answer]);
	}

	/** Writes a file as another program would. */
	put(path: string, content: string, mode = "0644"): void {
		for (const folder of parents(path)) if (!this.folders.has(folder)) this.folders.set(folder, "0755");
		this.files.set(path, { content: Buffer.from(content), mode, owner: "root", group: "root" });
	}

	/** Content of a file. */
	text(path: string): string | undefined {
		return this.files.get(path)?.content.toString();
	}

	/** Paths of files and folders beyond those of every host. */
	paths(): string[] {
		return [...this.files.keys(), ...[...this.folders.keys()].filter((path) => !initial.includes(path))].sort();
	}

	async run(command: Command): Promise<CommandOutput> {
		this.commands.push(command);
		const [, answer] = this.#answers.find(([intent]) => intent.test(command.intent)) ?? [];
		if (!answer) throw new Error(`${this.name}: ${command.intent}: the test says nothing about it`);
		const said = answer(command);
		const output = { exitCode: 0, stdout: "", stderr: "", ...(typeof said === "string" ? { stdout: said } : said) };
		if (!(command.expectedExitCodes ?? [0]).includes(output.exitCode))
			throw new Error(`${this.name}: ${command.intent}: exit code ${output.exitCode}: ${output.stderr}`);
		return output;
	}

	async read(paths: readonly string[]): Promise<Map<string, FileOnHost>> {
		const found = new Map<string, FileOnHost>();
		const twice = paths.find((path, index) => paths.indexOf(path) !== index);
		if (twice) throw new Error(`${twice}: expected each path once, got it twice`);
		for (const path of paths) {
			if (this.folders.has(path)) throw new Error(`${this.name}: ${path}: expected a regular file, got another kind`);
			const file = this.files.get(path);
			if (file) found.set(path, { path, ...file, digest: digest(file.content) });
		}
		return found;
	}

	async write(
		files: readonly FileToWrite[],
		{ folderRecords }: { folderRecords?: string } = {},
	): Promise<{ written: string[]; madeDirectories: string[] }> {
		for (const { path } of files) {
			if (!path.startsWith("/")) throw new Error(`${path}: expected an absolute path`);
			if (this.folders.has(path)) throw new Error(`${this.name}: ${path}: is a directory; nothing was installed`);
			const file = parents(path).find((folder) => this.files.has(folder));
			if (file) throw new Error(`${this.name}: ${file}: not a directory; nothing was installed`);
		}
		const written: string[] = [];
		const madeDirectories: string[] = [];
		for (const { path, content, mode, owner, group, directoryMode = "0755" } of files) {
			for (const folder of parents(path).filter((parent) => !this.folders.has(parent))) {
				this.folders.set(folder, directoryMode);
				madeDirectories.push(folder);
				if (folderRecords && !folder.startsWith(RECORDS))
					this.put(`${folderRecords}/${digest(Buffer.from(folder)).slice(0, 32)}`, folder, "0600");
			}
			const was = this.files.get(path);
			const is = { content: Buffer.from(content as string), mode, owner, group };
			if (was && JSON.stringify(was) === JSON.stringify(is)) continue;
			this.files.set(path, is);
			written.push(path);
		}
		if (written.length > 0) this.writes++;
		return { written, madeDirectories };
	}

	async remove(paths: readonly string[], directories: readonly string[] = []): Promise<void> {
		for (const path of paths) {
			if (this.folders.has(path)) throw new Error(`${this.name}: ${path}: is a directory`);
			this.files.delete(path);
		}
		const deepestFirst = directories.toSorted((a, b) => b.split("/").length - a.split("/").length);
		for (const directory of deepestFirst) if (this.#isEmpty(directory)) this.folders.delete(directory);
	}

	/** A claim is written once; a second one gets the first as its answer. */
	#linkClaim(claim: string): string {
		const path = "/var/lib/pulumi-kubeadm/node.json";
		const existing = this.text(path);
		if (existing === undefined) this.put(path, claim, "0600");
		return existing ?? "";
	}

	typed(script: string): string {
		return `ssh ${this.name} ${JSON.stringify(script)}`;
	}

	async dial(address: string, port: number): Promise<Duplex> {
		this.dialled.push(`${address}:${port}`);
		if (this.listens === undefined) throw new Error(`${this.name}: ${address}:${port}: connection refused`);
		return connect({ host: "127.0.0.1", port: this.listens });
	}

	async dialSocket(_path: string): Promise<Duplex> {
		return this.runtime.connect();
	}

	#isEmpty(directory: string): boolean {
		return ![...this.files.keys(), ...this.folders.keys()].some((path) => path !== "/" && dirname(path) === directory);
	}

	/** Runs the script of `removeEmptyFolders` on a copy of this host's folders and files, and takes over what the script removed. */
	#removeEmptyFolders({ script }: Command): string {
		const root = mkdtempSync(join(tmpdir(), "memory-host-"));
		try {
			for (const folder of this.folders.keys()) mkdirSync(join(root, folder), { recursive: true });
			for (const [path, { content }] of this.files) {
				const isRecord = path.startsWith(`${RECORDS}/directories/`);
				writeFileSync(join(root, path), isRecord ? root + content.toString() : "");
			}
			execFileSync("sh", ["-c", script.replaceAll(RECORDS, root + RECORDS)]);
			for (const entries of [this.files, this.folders])
				for (const path of [...entries.keys()]) if (!existsSync(join(root, path))) entries.delete(path);
			return "";
		} finally {
			rmSync(root, { recursive: true });
		}
	}
}

function digest(content: Buffer): string {
	return createHash("sha256").update(content).digest("hex");
}

/** The folders above a path, from the root down. */
function parents(path: string): string[] {
	const parent = dirname(path);
	return parent === "/" ? ["/"] : [...parents(parent), parent];
}
