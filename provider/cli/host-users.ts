import { join } from "node:path";
import { fileAt } from "../compare/read";
import type { Cluster } from "../config/cluster";

import { isEnabled } from "../config/features";
import type { HostFacts } from "../config/node";
import { hostUsers } from "../render/host-users";
import { CommandError } from "./command";

/** Source of a host's users. */
export interface UsersSource {
	/** Name of the source, for messages. */
	place: string;
	read(name: string): string | undefined;
}

/** Option for the host's /etc, or a copy of the three files there that define users and groups. */
export function usersFrom(folder: string): UsersSource {
	return { place: `--users-from ${folder}`, read: (name) => fileAt(join(folder, name))?.content };
}

/**
 * Returns the user and group ids of a rootless control plane: existing ids, and for missing users the ids that kubeadm would assign.
 *
 * @throws CommandError where the source is needed and absent, or has users of these names with other properties
 */
export function componentUsersOf(cluster: Cluster, source: UsersSource | undefined): HostFacts["componentUsers"] {
	if (!isEnabled(cluster, "RootlessControlPlane")) return undefined;
	const [passwd, group, loginDefs] = ["passwd", "group", "login.defs"].map((name) => source?.read(name));
	if (passwd === undefined || group === undefined) {
		throw new CommandError({
			at: "ClusterConfiguration: featureGates.RootlessControlPlane",
			expected: "the host's passwd and group, which say the ids of its users",
			got: source ? `none in ${source.place}` : "none",
			next: "give a folder with them and login.defs: --users-from DIR",
		});
	}
	try {
		const { users, groups } = hostUsers({ passwd, group, loginDefs: loginDefs ?? "" });
		return { users, groups };
	} catch (error) {
		throw new CommandError(`${source?.place}: ${(error as Error).message}`);
	}
}
