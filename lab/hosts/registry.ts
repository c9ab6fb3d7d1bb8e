import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, readlink, rename, rm, rmdir, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { networkCount } from "../network/addresses.ts";
import type { Minor } from "../toolchain/index.ts";

/** A process. Its start time distinguishes it from a later process with the same id. */
export interface ProcessRecord {
	pid: number;
	/** Clock ticks from the machine's boot to the start of the process. */
	startTime: string;
}

/** Record of a lab on disk, by which another process can find and remove the lab. */
export interface LabRecord {
	name: string;
	/** Index of the lab's network, from 0, see `addressesOf`; -1 until the lab has one. */
	network: number;
	/** Whether the lab's bridge is in a network namespace of its own. Such a lab claims no network. */
	isolated: boolean;
	/** The process with which the lab ends. Absent for a lab that keeps running. */
	owner?: ProcessRecord | undefined;
	/** The release of Kubernetes on its hosts. @default the newest */
	kubernetes?: Minor;
	hosts: HostRecord[];
}

/** Record of a host on disk. */
export interface HostRecord {
	name: string;
	/** Number of the host, from 0. Determines its addresses. */
	number: number;
	/** The systemd-nspawn process. Absent before the first start. */
	nspawn?: ProcessRecord;
}

/** Folder of the labs' records and their hosts' disks, with one folder per lab. @default $PULUMI_KUBEADM_LAB_DIR, or /var/lib/pulumi-kubeadm-lab */
function labsFolder(): string {
	return process.env["PULUMI_KUBEADM_LAB_DIR"] || "/var/lib/pulumi-kubeadm-lab";
}

/** Returns the path of a lab's folder, whether or not the lab exists. */
export function labFolder(name: string): string {
	return join(labsFolder(), name);
}

/** Creates the lab's folder with its record. Throws when a folder of that name exists; of two processes that ask at the same time, one succeeds. */
export async function claimName(record: LabRecord): Promise<void> {
	const staging = join(labsFolder(), `.${record.name}.${process.pid}`);
	await mkdir(join(staging, "hosts"), { recursive: true, mode: 0o700 });
	await writeFile(join(staging, "lab.json"), JSON.stringify(record));
	try {
		await rename(staging, labFolder(record.name));
	} catch (error) {
		await rm(staging, { recursive: true });
		if (!existsSync(labFolder(record.name))) throw error;
		throw new Error(`lab ${record.name}: exists already; remove it with: npm run lab -- down --name ${record.name}`);
	}
}

/** Claims the network of an index for the lab. Returns whether it was free: false where any lab, this one too, has claimed it. */
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

/** Returns the indexes of the networks that a lab has claimed. */
export async function networksOf(lab: string): Promise<number[]> {
	const owners = await Promise.all(
		Array.from({ length: networkCount }, (_, index) =>
			readlink(join(labsFolder(), ".networks", String(index))).catch(() => ""),
		),
	);
	return owners.flatMap((owner, index) => (basename(owner) === lab ? [index] : []));
}

/** Releases the network of an index, whichever lab claimed it. A free network is no error. */
export async function releaseNetwork(index: number): Promise<void> {
	await rm(join(labsFolder(), ".networks", String(index)), { force: true });
}

/** Replaces the record of an existing lab on disk. A reader sees the old record or the new one, never a part. */
export async function saveRecord(record: LabRecord): Promise<void> {
	const file = join(labFolder(record.name), "lab.json");
	await writeFile(`${file}.new`, JSON.stringify(record));
	await rename(`${file}.new`, file);
}

/** Returns the record of a lab, or undefined where the lab does not exist or its folder has no record. */
export async function readRecord(name: string): Promise<LabRecord | undefined> {
	try {
		return JSON.parse(await readFile(join(labFolder(name), "lab.json"), "utf8"));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}

/** Returns the records of all labs. */
export async function readRecords(): Promise<LabRecord[]> {
	const records = await Promise.all((await labNames()).map(readRecord));
	return records.filter((record) => record !== undefined);
}

/** Returns the names of labs whose folder has no record: interrupted removals leave such folders. */
export async function remainders(): Promise<string[]> {
	return (await labNames()).filter((name) => !existsSync(join(labFolder(name), "lab.json")));
}

/** Returns the names of the labs' folders, with or without a record. */
async function labNames(): Promise<string[]> {
	if (!existsSync(labsFolder())) return [];
	return (await readdir(labsFolder())).filter((name) => !name.startsWith("."));
}

/** Removes the folder of the network claims, and then the folder of all labs. A folder that is not empty stays. */
export async function removeEmptyFolders(): Promise<void> {
	for (const folder of [join(labsFolder(), ".networks"), labsFolder()]) await rmdir(folder).catch(ignoreInUse);
}

function ignoreInUse(error: NodeJS.ErrnoException): void {
	if (!["ENOTEMPTY", "ENOENT"].includes(error.code ?? "")) throw error;
}

/** Returns the record of a running process, or undefined where no process has that id or the process is a zombie. */
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

/** Returns the record of this process. Throws where /proc cannot be read. */
export function thisProcess(): ProcessRecord {
	const record = processRecord(process.pid);
	if (record) return record;
	throw new Error("/proc/self/stat: cannot be read; is /proc mounted?");
}

/** Tells whether a recorded process still runs. False without a record, and where a later process has the same id. */
export function runs(record: ProcessRecord | undefined): boolean {
	return record !== undefined && processRecord(record.pid)?.startTime === record.startTime;
}
