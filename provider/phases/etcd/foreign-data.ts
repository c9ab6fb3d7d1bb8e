import { expected } from "../../config/expected";
/** Path of the file by which data that an etcd wrote is recognised in a data directory. */
export function foreignDataPath(directory: string): string {
	return `${directory}/member/snap/db`;
}

/** What is wrong with a data directory that another cluster's etcd wrote: this cluster would serve that data as its own. */
export function foreignData(directory: string): string {
	return expected({
		at: foreignDataPath(directory),
		expected: "no data of etcd on a host without an etcd",
		got: "some, which is another cluster's",
	});
}

/** What to do about another cluster's files. Source: `DirAvailable--var-lib-etcd`, kubeadm preflight/checks.go. */
export const endOtherCluster = "move it away, or end the cluster that it is of with `kubeadm reset` on the host";
