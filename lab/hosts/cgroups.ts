import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { until } from "./until.ts";

const top = "/sys/fs/cgroup";
const labs = "pulumi-kubeadm-lab";

/** Returns the cgroup version of this machine: 2 if the unified hierarchy has the controllers. */
export function cgroupVersion(): 1 | 2 {
	return existsSync(join(top, "cgroup.controllers")) ? 2 : 1;
}

/**
 * Creates the control group of a host (or of a lab, without `host`) and returns its folder in each hierarchy. Each host starts in its own group
 * and sees that group as the root, so the kubelets of two hosts do not see each other's pods.
 */
export async function makeCgroups(lab: string, host: string): Promise<string[]> {
	for (const hierarchy of hierarchies())
		for (const path of [labs, join(labs, lab), join(labs, lab, host)]) {
			const folder = join(hierarchy, path);
			await mkdir(folder, { recursive: true });
			if (cgroupVersion() === 2) await enableControllers(dirname(folder));
			else if (existsSync(join(folder, "cpuset.cpus"))) await inheritCpuset(folder);
		}
	return hierarchies().map((hierarchy) => join(hierarchy, labs, lab, host));
}

/** Kills every process of a lab, or of one of its hosts, and removes the control groups. Missing groups are not an error. */
export async function clearCgroups(lab: string, host = ""): Promise<void> {
	const folders = hierarchies().map((hierarchy) => join(hierarchy, labs, lab, host));
	await until(`no process of ${lab} ${host}`, 30, async (seen) => {
		const pids = new Set((await Promise.all(folders.map(processes))).flat());
		seen(`processes ${[...pids].join(" ")}`);
		for (const pid of pids) kill(pid);
		return pids.size === 0 ? true : undefined;
	});
	await until(`control groups of ${lab} ${host} are removed`, 10, async () => {
		for (const folder of folders) await removeTree(folder);
		return true;
	});
	if (host === "") for (const hierarchy of hierarchies()) await rmdir(join(hierarchy, labs)).catch(ignoreGoneOrInUse);
}

// Beside cgroup v1 a unified hierarchy without controllers may exist. systemd-nspawn takes its own group from there: without one,
// all hosts of all labs share a group, and a kubelet cannot remove a pod's group that another host of its name still uses.
function hierarchies(): string[] {
	if (cgroupVersion() === 2) return [top];
	return readFileSync("/proc/self/mounts", "utf8")
		.split("\n")
		.map((line) => line.split(" "))
		.filter(([, , type]) => type === "cgroup" || type === "cgroup2")
		.map(([, folder = ""]) => folder);
}

async function enableControllers(folder: string): Promise<void> {
	const controllers = (await readFile(join(folder, "cgroup.controllers"), "utf8")).trim().split(" ").filter(Boolean);
	await writeFile(join(folder, "cgroup.subtree_control"), controllers.map((name) => `+${name}`).join(" "));
}

// A new cpuset group of cgroup v1 has no processors and no memory nodes, and accepts no process until it has some.
async function inheritCpuset(folder: string): Promise<void> {
	for (const file of ["cpuset.cpus", "cpuset.mems"])
		await writeFile(join(folder, file), await readFile(join(dirname(folder), file)));
}

async function processes(folder: string): Promise<number[]> {
	const own = await readFile(join(folder, "cgroup.procs"), "utf8").catch(ignoreGone);
	const below = await Promise.all((await childrenOf(folder)).map(processes));
	return [...(own ?? "").split("\n").filter(Boolean).map(Number), ...below.flat()];
}

async function removeTree(folder: string): Promise<void> {
	for (const child of await childrenOf(folder)) await removeTree(child);
	await rmdir(folder).catch(ignoreGone);
}

async function childrenOf(folder: string): Promise<string[]> {
	const entries = (await readdir(folder, { withFileTypes: true }).catch(ignoreGone)) ?? [];
	return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

function kill(pid: number): void {
	try {
		process.kill(pid, "SIGKILL");
	} catch (error) {
		ignoreGone(error as NodeJS.ErrnoException);
	}
}

// The parent group also holds other labs' groups.
function ignoreGoneOrInUse(error: NodeJS.ErrnoException): void {
	if (error.code !== "EBUSY") ignoreGone(error);
}

// ENODEV: the group was removed between opening and reading.
function ignoreGone(error: NodeJS.ErrnoException): undefined {
	if (error.code === "ENOENT" || error.code === "ESRCH" || error.code === "ENODEV") return undefined;
	throw error;
}
