import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, readlink, rename, rm, rmdir, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { networkCount } from "../network/addresses.ts";
import type { Minor } from "../toolchain/index.ts";

/** A process, told from a later one with the same id by when it started. */
export interface ProcessRecord {
	pid: number;
	startTime: string;
}

/** What is written down about a lab, so that another process can find and remove it. */
export interface LabRecord {
	name: string;
	/** Index of its network, see `addressesOf`. */
	network: number;
	isolated: boolean;
	/** The process that the lab ends with; none when it was left running. */
	owner?: ProcessRecord | undefined;
	/** The release of Kubernetes on its hosts. @default the newest */
	kubernetes?: Minor;
	hosts: HostRecord[];
}

/** What is written down about a host. */
export interface HostRecord {
	name: string;
	/** Counted from 0: decides its addresses. */
	number: number;
	/** The systemd-nspawn process, when it was started. */
	nspawn?: ProcessRecord;
}

/** Where the labs' records and their hosts' disks are, one folder per lab. @default $PULUMI_KUBEADM_LAB_DIR, or /var/lib/pulumi-kubeadm-lab */
function labsFolder(): string {
	return process.env["PULUMI_KUBEADM_LAB_DIR"] || "/var/lib/pulumi-kubeadm-lab";
}

/** The folder of one lab. */
export function labFolder(name: string): string {
	return join(labsFolder(), name);
}

/** Makes the lab's folder with its record. Throws when there is a lab of that name. */
export async function claimName(record: LabRecord): Promise<void> {
	const staging = join(labsFolder(), `.${record.name}.${process.pid}`);
	await mkdir(join(staging, "hosts"), { recursive: true, mode: 0o700 });
	await writeFile(join(staging, "lab.json"), JSON.stringify(record));
	try {
		await rename(staging, labFolder(record.name)); // succeeds for one of two that ask at the same time
	} catch (error) {
		await rm(staging, { recursive: true });
		if (!existsSync(labFolder(record.name))) throw error;
		throw new Error(`lab ${record.name}: exists already; remove it with: npm run lab -- down --name ${record.name}`);
	}
}

/** Claims a network for the lab, the given one or the first free one. Returns undefined when it is taken. */
export async function claimNetwork(lab: string, index: number): Promise<boolean> {
	await mkdir(join(labsFolder(), ".networks"), { recursive: true });
	try {
		await symlink(`../${lab}`, join(labsFolder(), ".networks", String(index)));
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
		throw error;
	}
}

/** The networks that a lab has claimed. */
export async function networksOf(lab: string): Promise<number[]> {
	const owners = await Promise.all(
		Array.from({ length: networkCount }, (_, index) =>
			readlink(join(labsFolder(), ".networks", String(index))).catch(() => ""),
		),
	);
	return owners.flatMap((owner, index) => (basename(owner) === lab ? [index] : []));
}

/** Gives a network back. */
export async function releaseNetwork(index: number): Promise<void> {
	await rm(join(labsFolder(), ".networks", String(index)), { force: true });
}

/** Writes the record anew. */
export async function saveRecord(record: LabRecord): Promise<void> {
	const file = join(labFolder(record.name), "lab.json");
	await writeFile(`${file}.new`, JSON.stringify(record));
	await rename(`${file}.new`, file);
}

/** The record of a lab, or undefined when there is no such lab. */
export async function readRecord(name: string): Promise<LabRecord | undefined> {
	try {
		return JSON.parse(await readFile(join(labFolder(name), "lab.json"), "utf8"));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

/** The records of all labs. */
export async function readRecords(): Promise<LabRecord[]> {
	const records = await Promise.all((await labNames()).map(readRecord));
	return records.filter((record) => record !== undefined);
}

/** Names of folders without a record. A lab's folder comes with one, so that these are what is left of removals. */
export async function remainders(): Promise<string[]> {
	return (await labNames()).filter((name) => !existsSync(join(labFolder(name), "lab.json")));
}

async function labNames(): Promise<string[]> {
	if (!existsSync(labsFolder())) return [];
	return (await readdir(labsFolder())).filter((name) => !name.startsWith("."));
}

/** Removes the folder of all labs when it holds none. */
export async function removeEmptyFolders(): Promise<void> {
	for (const folder of [join(labsFolder(), ".networks"), labsFolder()]) await rmdir(folder).catch(ignoreInUse);
}

function ignoreInUse(error: NodeJS.ErrnoException): void {
	if (!["ENOTEMPTY", "ENOENT"].includes(error.code ?? "")) throw error;
}

/** The record of a running process. */
export function processRecord(pid: number): ProcessRecord | undefined {
	try {
		// The second field, the program's name, may hold blanks and brackets; the start time is the 20th field after it.
		const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
			.replace(/^.*\) /s, "")
			.split(" ");
		return fields[0] === "Z" ? undefined : { pid, startTime: fields[19] ?? "" };
	} catch {
		return undefined; // no such process
	}
}

/** The record of this process. */
export function thisProcess(): ProcessRecord {
	const record = processRecord(process.pid);
	if (record) return record;
	throw new Error("/proc/self/stat: cannot be read; is /proc mounted?");
}

/** Whether a recorded process still runs. */
export function runs(record: ProcessRecord | undefined): boolean {
	return record !== undefined && processRecord(record.pid)?.startTime === record.startTime;
}
