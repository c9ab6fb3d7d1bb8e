import { ExpectationError, expected } from "../../config/expected";
import type { Host } from "../../hosts/host";
import { foreignOwner } from "../../hosts/placement/foreign";

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

/** Error for a data directory that another cluster's etcd wrote. The message says whose the data can be, and what to do. */
export async function foreignDataError(host: Host, directory: string): Promise<Error> {
	const { whose, next } = await foreignOwner(host, directory);
	return new ExpectationError(`${host.name}: ${foreignData(directory)}${whose ? ` (${whose})` : ""}; ${next}`);
}

/**
 * Next step, for problem texts about another cluster's files on a host that is no running node: where the host is one, that
 * is refused before any check.
 */
export const endOtherCluster =
	"where a cluster still needs it, use another machine; where none does, move it to a backup outside of /etc/kubernetes, or run `kubeadm reset` on the host";
