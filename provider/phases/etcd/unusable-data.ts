import { isDeepStrictEqual } from "node:util";
import type { FileOnHost, Host } from "../../hosts/host";
import { quote } from "../../hosts/shell";
import type { EtcdMembers, Pod } from "../../render/static-pods/pod";
import { staticPodPath } from "../../render/static-pods/static-pods";
import { placedPods } from "../control-plane/placed-pods";
import { removeSandboxes } from "../control-plane/sandboxes";
import { containerEvidence } from "../diagnosis/container";
import { memberOf } from "./placed-member";

/** Name of the folder, in the data directory, with the data that a member cannot use any more. */
export const UNUSABLE = "unusable";

/**
 * What an etcd says that cannot use its data: a broken log, snapshot or database, or data that differs from that of the others.
 *
 * Sources: etcd server/storage/wal/wal.go, server/etcdserver/{bootstrap,corrupt}.go, go.etcd.io/raft log.go, bbolt db.go.
 */
const unusable =
	/crc mismatch|wal: (file not found|slice bounds|max entry size)|cannot be repaired|failed to (repair|read) WAL|recover v3 backend|snapshot file doesn't exist|raft log corrupted|tocommit\(\d+\) is out of range|invalid database|invalid page|invalid freelist|checksum error|checkInitialHashKV failed|data inconsistency|has been corrupted/i;

/** Whether etcd does not come up on a host and says that it cannot use its data. */
export async function isDataUnusable(host: Host): Promise<boolean> {
	const { failed, log } = await containerEvidence(host, await etcdOn(host), { now: 0, placed: 0 });
	return failed !== "" && log.some((line) => unusable.test(line));
}

/** etcd's manifest as it was on a host, and the pod in it. */
interface RemovedManifest {
	manifest: FileOnHost;
	pod: Pod;
}

/**
 * Ends etcd on a host and moves its data aside, so that neither the kubelet starts it empty nor it comes back as the member that
 * it was. The manifest goes first.
 * @returns the manifest; undefined where the host has none
 */
export async function setDataAside(host: Host, directory: string): Promise<RemovedManifest | undefined> {
	const path = staticPodPath("etcd");
	const [manifest, pod] = [(await host.read([path])).get(path), await etcdOn(host)];
	await host.remove([path]);
	await removeSandboxes(host, pod);
	const [member, aside] = [`${directory}/member`, `${directory}/${UNUSABLE}`].map(quote);
	await host.run({
		intent: "set data aside that etcd cannot use",
		script: `[ ! -d ${member} ] || { rm -rf ${aside} && mv ${member} ${aside}; }`,
	});
	return manifest && { manifest, pod };
}

/**
 * Places a manifest again that `setDataAside` removed, where etcd is to start with the members that the manifest names. Where it
 * starts with others, or the manifest is broken, the manifest's resource changes, places the next one and waits for it.
 * @param start the member, and the members that etcd starts with: the founders, or the others at a join
 * @returns etcd's pod; undefined where the manifest is not placed
 */
export async function placeAgain(
	host: Host,
	removed: RemovedManifest | undefined,
	{ address: own, members }: { address: string; members: EtcdMembers },
): Promise<Pod | undefined> {
	const named = removed && memberOf(host, removed.pod);
	const addresses = members.map(({ address }) => address);
	const wanted = { joins: !addresses.includes(own), others: addresses.filter((address) => address !== own).sort() };
	if (!named || !isDeepStrictEqual({ joins: named.joins, others: named.others.toSorted() }, wanted)) return undefined;
	await host.write([removed.manifest]);
	return removed.pod;
}

/** A broken manifest gives a pod without flags, which is no member. */
async function etcdOn(host: Host): Promise<Pod> {
	const [pod] = await placedPods(host, { etcd: "" });
	return pod!;
}
