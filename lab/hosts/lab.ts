import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { ensureImages } from "../images/index.ts";
import { addressesOf, hostCount, networkCount, networkIndex } from "../network/addresses.ts";
import { type Bridge, makeBridge, removeBridge } from "../network/bridge.ts";
import { ensureToolchain, kubernetesVersion, type Minor, newestMinor } from "../toolchain/index.ts";
import { cgroupVersion, clearCgroups } from "./cgroups.ts";
import { keyFiles, makeDisk, makeKey } from "./disk.ts";
import { labHost } from "./host.ts";
import { locked } from "./lock.ts";
import { startReaper } from "./reaper.ts";
import {
	claimName,
	claimNetwork,
	type HostRecord,
	type LabRecord,
	labFolder,
	networksOf,
	readRecord,
	readRecords,
	releaseNetwork,
	remainders,
	removeEmptyFolders,
	runs,
	saveRecord,
	thisProcess,
} from "./registry.ts";
import { ensureRequirements, requireRoot } from "./requirements.ts";
import { hostTools, hostTree } from "./tree.ts";
import type { Lab, LabHost, LabListing, LabOptions } from "./types.ts";

/**
 * Starts a lab: a bridge and booted hosts. Missing packages, tools, images and the hosts' tree are made first. Unless `keep` is set, the lab is
 * removed when this process ends, even when it is killed.
 */
export async function startLab(options: LabOptions): Promise<Lab> {
	const {
		name = `lab-${randomBytes(3).toString("hex")}`,
		isolated = false,
		keep = false,
		kubernetes = newestMinor,
		onProgress = () => {},
	} = options;
	checkName("lab", name);
	const names = hostNames(options.hosts);
	await ensureRequirements();
	const tree = options.tree ?? (await ensureTree(kubernetes));
	await removeOrphans();
	const owner = thisProcess();
	const record: LabRecord = { name, isolated, network: -1, owner, kubernetes, hosts: [] };
	await claimName(record);
	const reaper = startReaper(name, owner);
	try {
		await makeKey(name);
		await plugIn(record, options.subnet);
		const lab = openRecord(record, tree);
		onProgress(`lab ${name}: network ${lab.hostSubnet} on ${lab.bridge}`);
		// Hosts are added one after another: each copies a tree, and two concurrent copies are no faster.
		for (const host of names) {
			const { address } = await lab.addHost(host);
			onProgress(`lab ${name}: ${host} runs at ${address}`);
		}
		if (keep) {
			delete record.owner;
			await saveRecord(record);
			await reaper.dismiss();
		}
		return { ...lab, stop: () => lab.stop().then(reaper.dismiss) };
	} catch (error) {
		await removeLab(name);
		await reaper.dismiss();
		throw error;
	}
}

/**
 * Returns the lab of that name with at least the given hosts, all running. Missing hosts are added, stopped ones started, others left
 * unchanged. The lab keeps running when this process ends.
 */
export async function ensureLab(options: LabOptions & { name: string }): Promise<Lab> {
	const { name, onProgress = () => {} } = options;
	await ensureRequirements();
	await removeOrphans();
	const record = await readRecord(name);
	if (!record) return startLab({ ...options, keep: true });
	if (record.owner)
		throw new Error(`lab ${name}: belongs to process ${record.owner.pid}, which still runs; use another name`);
	const { kubernetes = newestMinor } = record;
	if ((options.kubernetes ?? kubernetes) !== kubernetes)
		throw new Error(
			`lab ${name}: has Kubernetes ${kubernetes}, expected ${options.kubernetes}; use another name, or first: npm run lab -- down --name ${name}`,
		);
	const lab = openRecord(record);
	await makeBridge(bridgeOf(record), lab.gateway); // a reboot of this machine takes it away
	for (const host of lab.hosts) {
		if (host.pid === undefined) await host.start();
		onProgress(`lab ${name}: ${host.name} runs at ${host.address}`);
	}
	for (const host of hostNames(options.hosts)) {
		if (lab.hosts.some((present) => present.name === host)) continue;
		const { address } = await lab.addHost(host);
		onProgress(`lab ${name}: ${host} runs at ${address}`);
	}
	return lab;
}

/** Finds a running lab by its name. Throws when there is none. */
export async function openLab(name: string): Promise<Lab> {
	const record = await readRecord(name);
	if (!record) throw new Error(`lab ${name}: there is none; see: npm run lab -- list`);
	return openRecord(record);
}

/** Lists the labs of this machine, after removing labs whose process ended without removing them. */
export async function listLabs(): Promise<LabListing[]> {
	requireRoot();
	await removeOrphans();
	const records = await readRecords();
	return records.map((record) => {
		const lab = openRecord(record);
		const hosts = lab.hosts.map(
			({ name, address, pid }) => ({ name, address, state: pid ? "running" : "off" }) as const,
		);
		return { name: lab.name, owner: record.owner?.pid, isolated: record.isolated, bridge: lab.bridge, hosts };
	});
}

/**
 * Removes a lab: processes, bridge, control groups, folders. A missing lab is not an error. With `ownerStart` (start time of the owner's
 * process), only a lab of that owner is removed: a new lab of that name may exist by now.
 */
export async function removeLab(name: string, ownerStart?: string): Promise<void> {
	await locked(lockFile, async () => {
		const record = await readRecord(name);
		if (ownerStart !== undefined && record?.owner?.startTime !== ownerStart) return;
		await removeAll(name, record);
	});
}

const lockFile = "/run/lock/pulumi-kubeadm-lab";

async function removeAll(name: string, record: LabRecord | undefined): Promise<void> {
	await clearCgroups(name);
	if (record?.isolated) await removeBridge(bridgeOf(record));
	for (const network of await networksOf(name)) {
		await removeBridge(bridgeOf({ name, network, isolated: false }));
		await releaseNetwork(network);
	}
	await rm(labFolder(name), { recursive: true, force: true });
	await removeEmptyFolders();
}

async function ensureTree(kubernetes?: Minor): Promise<string> {
	const toolchain = await ensureToolchain({ tools: hostTools, ...(kubernetes && { kubernetes }) });
	return hostTree(toolchain, await ensureImages(toolchain));
}

async function removeOrphans(): Promise<void> {
	for (const { name, owner } of await readRecords()) if (owner && !runs(owner)) await removeLab(name, owner.startTime);
	for (const name of await remainders()) {
		await locked(lockFile, async () => {
			if (!(await readRecord(name))) await removeAll(name, undefined);
		});
	}
}

// Claims a network and creates its bridge. An isolated lab can use any network, because no other lab sees it.
async function plugIn(record: LabRecord, subnet: string | undefined): Promise<void> {
	const wanted = subnet === undefined ? undefined : networkIndex(subnet);
	const candidates = wanted === undefined ? Array.from({ length: networkCount }, (_, index) => index) : [wanted];
	for (const network of record.isolated ? candidates.slice(0, 1) : candidates) {
		if (!record.isolated && !(await claimNetwork(record.name, network))) continue;
		record.network = network;
		await saveRecord(record);
		if (await makeBridge(bridgeOf(record), addressesOf(network).gateway)) return;
		await releaseNetwork(network);
	}
	throw new Error(
		`lab ${record.name}: network ${subnet ?? `198.18.0.0/24 to 198.18.${networkCount - 1}.0/24`} is taken; see: npm run lab -- list`,
	);
}

function bridgeOf({ name, network, isolated }: Pick<LabRecord, "name" | "network" | "isolated">): Bridge {
	return { name: `klab${network}`, ...(isolated && { netns: `klab-${name}` }) };
}

function openRecord(record: LabRecord, knownTree?: string): Lab {
	const addresses = addressesOf(record.network);
	const bridge = bridgeOf(record);
	const save = () => saveRecord(record);
	const open = (host: HostRecord): LabHost => labHost(host, { lab: record.name, addresses, bridge, started: save });
	const hosts = record.hosts.map(open);
	return {
		name: record.name,
		bridge: bridge.name,
		...(bridge.netns && { netns: bridge.netns }),
		hostSubnet: addresses.hosts,
		podSubnet: addresses.pods,
		serviceSubnet: addresses.services,
		gateway: addresses.gateway,
		kubernetesVersion: kubernetesVersion(record.kubernetes ?? newestMinor),
		...kubernetesSettings(),
		hosts,
		...keyFiles(record.name),
		async addHost(name) {
			const number = nextNumber(record, name);
			const host: HostRecord = { name, number };
			record.hosts.push(host);
			await save();
			await makeDisk({ tree: knownTree ?? (await ensureTree(record.kubernetes)), lab: record.name, host, addresses });
			const opened = open(host);
			await opened.start();
			hosts.push(opened);
			return opened;
		},
		host(name) {
			const found = hosts.find((host) => host.name === name);
			if (found) return found;
			throw new Error(`lab ${record.name}: no host ${name} among ${hosts.map((host) => host.name).join(", ")}`);
		},
		stop: () => removeLab(record.name),
	};
}

type KubernetesSettings = Pick<
	Lab,
	"cgroupVersion" | "kubeletConfiguration" | "kubeadmArguments" | "kubeProxyConfiguration"
>;

function kubernetesSettings(): KubernetesSettings {
	const version = cgroupVersion();
	return {
		cgroupVersion: version,
		kubeletConfiguration:
			version === 2 ? { cgroupDriver: "systemd" } : { cgroupDriver: "cgroupfs", failCgroupV1: false },
		kubeadmArguments: version === 2 ? [] : ["--ignore-preflight-errors=SystemVerification"],
		kubeProxyConfiguration: { conntrack: { maxPerCore: 0 } },
	};
}

function hostNames(hosts: LabOptions["hosts"]): string[] {
	const names =
		typeof hosts === "number"
			? Array.from({ length: hosts }, (_, index) => `host-${index + 1}`)
			: hosts.map(({ name }) => name);
	if (new Set(names).size < names.length) throw new Error(`hosts: expected different names, got ${names.join(", ")}`);
	for (const name of names) checkName("host", name);
	if (names.length > hostCount) throw new Error(`hosts: at most ${hostCount} in one lab, got ${names.length}`);
	return names;
}

function nextNumber({ name: lab, hosts }: LabRecord, name: string): number {
	checkName("host", name);
	if (hosts.some((host) => host.name === name)) throw new Error(`lab ${lab}: has a host ${name} already`);
	if (hosts.length >= hostCount)
		throw new Error(`lab ${lab}: has ${hostCount} hosts, and no addresses for another one`);
	return hosts.length;
}

function checkName(kind: string, name: string): void {
	if (!/^[a-z0-9]([-a-z0-9]{0,28}[a-z0-9])?$/.test(name))
		throw new Error(
			`${kind} name "${name}": expected at most 30 lower-case letters, digits and dashes, a letter or digit first and last`,
		);
}
