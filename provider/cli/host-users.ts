import { join } from "node:path";
import { fileAt } from "../compare/read";
import type { Cluster } from "../config/cluster";
import { isEnabled } from "../config/features";
import type { HostFacts } from "../config/node";
import { hostUsers } from "../render/host-users";
import { CommandError } from "./command";

/** Where the files that define a host's users and groups are read. */
export interface UsersSource {
	/** Name of the source in messages: `--users-from DIR`, or the path of an `etc` folder. */
	place: string;
	/**
	 * Returns the text of `passwd`, `group` or `login.defs`, or undefined where the file does not exist.
	 * @throws TreeError for a file that cannot be read
	 */
	read(name: string): string | undefined;
}

/** Makes a source from the folder of the option `--users-from`: a host's /etc, or a copy of its `passwd`, `group` and `login.defs`. */
export function usersFrom(folder: string): UsersSource {
	return { place: `--users-from ${folder}`, read: (name) => fileAt(join(folder, name))?.content };
}

/**
 * Returns the ids, by name, of the users and groups of a rootless control plane: existing ids, and for missing users and groups the
 * ids that kubeadm would assign. Returns undefined where the cluster lacks the feature gate `RootlessControlPlane`; then no source is
 * needed. A missing `login.defs` counts as empty.
 *
 * @throws CommandError where there is no source, where the source lacks `passwd` or `group`, or where kubeadm would refuse these files
 * @throws TreeError for a file that cannot be read
 */
export function componentUsersOf(cluster: Cluster, source: UsersSource | undefined): HostFacts["componentUsers"] {
	if (!isEnabled(cluster, "RootlessControlPlane")) return undefined;
	const [passwd, group, loginDefs] = ["passwd", "group", "login.defs"].map((name) => source?.read(name));
	if (passwd === undefined || group === undefined) {
		throw new CommandError({
			at: "ClusterConfiguration: featureGates.RootlessControlPlane",
			expected: "the host's passwd and group, which define its users and groups",
			got: source ? `none in ${source.place}` : "none",
			next: "give a folder with passwd, group and login.defs: --users-from DIR",
		});
	}
	try {
		const { users, groups } = hostUsers({ passwd, group, loginDefs: loginDefs ?? "" });
		return { users, groups };
	} catch (error) {
		throw new CommandError(`${source?.place}: ${(error as Error).message}`);
	}
}
