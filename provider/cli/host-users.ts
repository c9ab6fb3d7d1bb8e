import { join } from "node:path";
import { hostUsers } from "../render/host-users";
import type { Cluster } from "../spec/cluster";
import { isEnabled } from "../spec/features";
import type { HostFacts } from "../spec/node";
import { CommandError } from "./command";
import { fileAt } from "./tree/read";

/**
 * Ids of the users of a rootless control plane: those that a host has, or that kubeadm would give them there.
 *
 * @param folder the host's /etc, or a copy of the three files there that say it
 * @throws CommandError where it is needed and not there, or has other users of these names
 */
export function componentUsersOf(cluster: Cluster, folder: string | undefined): HostFacts["componentUsers"] {
	if (!isEnabled(cluster, "RootlessControlPlane")) return undefined;
	const [passwd, group, loginDefs] = ["passwd", "group", "login.defs"].map(
		(name) => folder && fileAt(join(folder, name))?.content,
	);
	if (!passwd || !group) {
		throw new CommandError(
			`ClusterConfiguration: featureGates.RootlessControlPlane: expected the host's passwd and group, which say the ids of its users, got ${folder ? `none in ${folder}` : "none"}; give a folder with them and login.defs: --users-from DIR`,
		);
	}
	try {
		const { users, groups } = hostUsers({ passwd, group, loginDefs: loginDefs ?? "" });
		return { users, groups };
	} catch (error) {
		throw new CommandError(`--users-from ${folder}: ${(error as Error).message}`);
	}
}
