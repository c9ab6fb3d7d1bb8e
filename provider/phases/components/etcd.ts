import { quote } from "../../hosts/shell";
import type { Pod } from "../../render/static-pods/pod";
import { isEtcdDataOwned, makeDataDirectory, removeData } from "../etcd/data";
import { foreignDataError } from "../etcd/foreign-data";
import { leaveEtcd } from "../etcd/leave";
import { promoteLearner } from "../etcd/membership";
import { memberOf } from "../etcd/placed-member";
import { type HostPlacement, staticPod } from "./static-pod";

/** Where etcd's manifest is placed, and for which resource. */
export interface EtcdPlacement extends HostPlacement {
	/** Whether etcd may start with data that another cluster left in its data directory. @default false */
	acceptsForeignData?: boolean;
	/** User and group that own the data directory. @default those that etcd runs as */
	dataOwner?: string;
}

/**
 * etcd: a static pod. `save` makes the data directory before the manifest, as kubeadm does; `clean` removes the data,
 * unless a resource of its own has it. `save` throws an Error where the data directory has another cluster's data, unless
 * `acceptsForeignData` is true.
 */
export const etcd = staticPod<"etcd", EtcdPlacement>("etcd", {
	async prepare({ host, acceptsForeignData, dataOwner }, pod) {
		const directory = dataDirectory(pod);
		if (!directory) return;
		const outcome = await makeDataDirectory(host, directory, changeOwner(directory, pod, dataOwner));
		if (outcome === "foreign" && !acceptsForeignData) throw await foreignDataError(host, directory);
	},
	async assist({ host }, pod) {
		const member = memberOf(host, pod);
		return member?.joins ? promoteLearner(member, member.others) : undefined;
	},
	async leave({ host }, pod) {
		const member = memberOf(host, pod);
		if (member) await leaveEtcd(member);
	},
	async tidy({ host }, pod) {
		const directory = dataDirectory(pod);
		if (directory && !(await isEtcdDataOwned(host, directory))) await removeData(host, directory);
	},
});

/** Shell text that gives the folder to its owner, or all data to the user that etcd runs as; empty where that is root. */
function changeOwner(directory: string, pod: Pod, dataOwner?: string): string {
	if (dataOwner) return `chown ${dataOwner}:${dataOwner} ${quote(directory)} && chmod 0700 ${quote(directory)}`;
	const { runAsUser, runAsGroup } = pod.spec.securityContext as { runAsUser?: number; runAsGroup?: number };
	return runAsUser === undefined ? "" : `chown -R ${runAsUser}:${runAsGroup} ${quote(directory)}`;
}

/** Path of the data directory on the host; undefined where a patch puts the data elsewhere. */
function dataDirectory(pod: Pod): string | undefined {
	return pod.spec.volumes?.find(({ name }) => name === "etcd-data")?.hostPath?.path;
}
