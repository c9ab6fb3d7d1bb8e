import { expected } from "../../config/expected";

/** Path of etcd's database file in a data directory; the file shows that an etcd has run there. */
export function foreignDataPath(directory: string): string {
	return `${directory}/member/snap/db`;
}

/** Problem text for a data directory that another cluster's etcd wrote. This cluster would serve that data as its own. */
export function foreignData(directory: string): string {
	return expected({
		at: foreignDataPath(directory),
		expected: "no etcd data on a host without etcd",
		got: "data of another cluster",
	});
}

/** Next step, for problem texts about another cluster's files. Source: `DirAvailable--var-lib-etcd`, kubeadm preflight/checks.go. */
export const endOtherCluster = "move the path away, or remove the other cluster with `kubeadm reset` on the host";
