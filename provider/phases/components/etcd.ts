import type { Host } from "../../hosts/host";
import { recordDirectories } from "../../hosts/placement/place";
import { recordPath } from "../../hosts/placement/records";
import type { Pod } from "../../render/static-pods/pod";
import { staticPodPath } from "../../render/static-pods/static-pods";
import { endOtherCluster, foreignData, foreignDataPath } from "../etcd/foreign-data";
import { type HostPlacement, staticPod } from "./static-pod";

/** Where etcd's manifest is placed, and for which resource. */
export interface EtcdPlacement extends HostPlacement {
	/** Whether etcd may start with data that another cluster left in its data directory. @default false */
	acceptsForeignData?: boolean;
	/** User and group that own the data directory. @default those that etcd runs as */
	dataOwner?: string;
}

/**
 * etcd: a static pod. `save` makes the data directory before the manifest, as kubeadm does; `clean` removes the data.
 * `save` throws an Error where the data directory has another cluster's data, unless `acceptsForeignData` is true.
 */
export const etcd = staticPod<"etcd", EtcdPlacement>("etcd", {
	async prepare({ host, acceptsForeignData, dataOwner }, pod) {
		const directory = dataDirectory(pod);
		if (!directory) return;
		const outcome = await makeDataDirectory(host, directory, changeOwner(directory, pod, dataOwner));
		if (outcome === "foreign" && !acceptsForeignData)
			throw new Error(`${host.name}: ${foreignData(directory)}; ${endOtherCluster}`);
		if (outcome === "made") await recordDirectories(host, [directory]);
	},
	async tidy({ host }, pod) {
		const directory = dataDirectory(pod);
		if (!directory) return;
		await host.run({
			intent: "remove etcd's data",
			script: `rm -rf '${directory}/member'; rmdir '${directory}' 2>/dev/null; exit 0`,
		});
	},
});

/**
 * Makes the data directory of a rendered etcd on a host.
 * @returns `made`; `foreign` where there is data and this package has placed no etcd; empty where the directory exists
 */
async function makeDataDirectory(host: Host, directory: string, owner: string): Promise<string> {
	const manifest = staticPodPath("etcd");
	const { stdout } = await host.run({
		intent: "make etcd's data directory",
		script: `
[ -f '${foreignDataPath(directory)}' ] && [ ! -f ${manifest} ] && [ ! -f ${recordPath(manifest)} ] && echo foreign && exit 0
[ -d '${directory}' ] || { mkdir -p -m 0700 '${directory}' && echo made; }${owner}`,
	});
	return stdout.trim();
}

/** Shell text that gives the folder to its owner, or all data to the user that etcd runs as; empty where that is root. */
function changeOwner(directory: string, pod: Pod, dataOwner?: string): string {
	if (dataOwner) return `\nchown ${dataOwner}:${dataOwner} '${directory}' && chmod 0700 '${directory}'`;
	const { runAsUser, runAsGroup } = pod.spec.securityContext as { runAsUser?: number; runAsGroup?: number };
	return runAsUser === undefined ? "" : `\nchown -R ${runAsUser}:${runAsGroup} '${directory}'`;
}

/** Path of the data directory on the host; undefined where a patch puts the data elsewhere. */
function dataDirectory(pod: Pod): string | undefined {
	return pod.spec.volumes?.find(({ name }) => name === "etcd-data")?.hostPath?.path;
}
