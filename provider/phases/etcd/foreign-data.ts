import { expected } from "../../config/expected";
/** Path of the file by which data that an etcd wrote is recognised in a data directory. */
export function foreignDataPath(directory: string): string {
	return `${directory}/member/snap/db`;
}

/** What is wrong with a data directory that another cluster's etcd wrote: this cluster would serve that data as its own. */
export function foreignData(directory: string): string {
	return expected({
		at: foreignDataPath(directory),
		expected: "no etcd data on a host without etcd",
		got: "data of another cluster",
	});
}

/** What to do about another cluster's files. Source: `DirAvailable--var-lib-etcd`, kubeadm preflight/checks.go. */
export const endOtherCluster = "move the path away, or remove the other cluster with `kubeadm reset` on the host";
