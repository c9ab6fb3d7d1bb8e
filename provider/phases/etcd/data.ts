import { ExpectationError } from "../../config/expected";
import type { Host } from "../../hosts/host";
import { transferOwnership } from "../../hosts/placement/owner";
import { placedRecords, recordFolder, removeEmptyFolders } from "../../hosts/placement/place";
import { isThisProgram, programText, thisProgram } from "../../hosts/placement/program";
import { recordAccess, recordPath, recordText } from "../../hosts/placement/records";
import { quote } from "../../hosts/shell";
import { status } from "../../hosts/status";
import { staticPodPath } from "../../render/static-pods/static-pods";
import { foreignDataError, foreignDataPath } from "./foreign-data";
import { UNUSABLE } from "./unusable-data";

/** A data directory on a host, and the resource that owns its data. */
export interface EtcdDataPlacement {
	host: Host;
	/** Id of the resource. */
	owner: string;
	/** Absolute path of the data directory. */
	directory: string;
}

/**
 * Makes etcd's data directory, and records that a resource owns the data. Data that is there already, and not of an
 * etcd that this program placed, is recorded as found.
 * @param acceptsForeignData whether data of another cluster may be there. @default false
 * @throws ExpectationError where another program owns the data, or where there is data of another cluster
 */
export async function claimEtcdData(
	{ host, owner, directory }: EtcdDataPlacement,
	{ acceptsForeignData = false }: { acceptsForeignData?: boolean | undefined } = {},
): Promise<void> {
	const manifest = staticPodPath("etcd");
	const records = await placedRecords(host, [directory, manifest]);
	const record = records.get(directory);
	const of = record?.program ?? records.get(manifest)?.program;
	if (of && !isThisProgram(of))
		throw new ExpectationError({
			at: `${host.name}: ${directory}`,
			expected: "no etcd data of another program",
			got: `data of ${programText(of)}`,
			next: "use another machine, or run `pulumi destroy` in that program first",
		});
	const outcome = await makeDataDirectory(host, directory);
	if (outcome === "foreign" && !acceptsForeignData) throw await foreignDataError(host, directory);
	const wasThere =
		outcome === "foreign" || (outcome === "data" && (records.get(manifest)?.found ?? !records.has(manifest)));
	const isFound = record ? record.found : wasThere;
	const next = { path: directory, ...transferOwnership(record, owner), program: thisProgram() };
	const text = recordText({ ...next, ...(isFound ? { found: true } : {}) });
	await host.write([{ path: recordPath(directory), content: text, ...recordAccess }]);
}

/** Whether a resource owns the data in a directory. The delete of etcd's manifest then leaves the data to that resource. */
export async function isEtcdDataOwned(host: Host, directory: string): Promise<boolean> {
	return (await placedRecords(host, [directory])).has(directory);
}

/** Whether a data directory exists on a host. */
export async function hasEtcdData(host: Host, directory: string): Promise<boolean> {
	const { stdout } = await host.run({
		intent: "look for etcd's data directory",
		script: `[ ! -d ${quote(directory)} ] || echo yes`,
	});
	return stdout.trim() === "yes";
}

/**
 * Removes etcd's data, and its directory if nothing else is in it. Data that was found stays, and so does data of an etcd
 * whose manifest is still placed: a status line says so.
 */
export async function removeEtcdData({ host, owner, directory }: EtcdDataPlacement): Promise<void> {
	const manifest = staticPodPath("etcd");
	const records = await placedRecords(host, [directory, manifest]);
	const record = records.get(directory);
	if (record?.owner !== owner) return;
	const why = record.found
		? "it was there before this program"
		: records.has(manifest) && "etcd runs with it, and it goes with etcd's manifest";
	if (why) status(`${host.name}: ${directory} stays on the host: ${why}`);
	else await removeData(host, directory);
	await host.remove([recordPath(directory)]);
	await removeEmptyFolders(host);
}

/** Removes the data in a directory, and the directory if nothing else is in it. */
export async function removeData(host: Host, directory: string): Promise<void> {
	await host.run({
		intent: "remove etcd's data",
		script: `rm -rf ${quote(`${directory}/member`)} ${quote(`${directory}/${UNUSABLE}`)}; rmdir ${quote(directory)} 2>/dev/null; exit 0`,
	});
}

/**
 * Makes etcd's data directory on a host.
 * @param then script that runs afterwards, unless the data is foreign @default nothing
 * @returns `made`; `data` where an etcd has run there; `foreign` where this package has placed no such etcd; empty where
 * the directory existed
 */
export async function makeDataDirectory(host: Host, directory: string, then = ""): Promise<string> {
	const manifest = staticPodPath("etcd");
	const traces = [manifest, recordPath(manifest), recordPath(directory)];
	const { stdout } = await host.run({
		intent: "make etcd's data directory",
		script: `
if [ -f ${quote(foreignDataPath(directory))} ]; then
	${traces.map((path) => `[ ! -f ${path} ]`).join(" && ")} && echo foreign && exit 0
	echo data
fi
[ -d ${quote(directory)} ] || { ${recordFolder(directory)} && mkdir -p -m 0700 ${quote(directory)} && echo made; }
${then}`,
	});
	return stdout.trim();
}
