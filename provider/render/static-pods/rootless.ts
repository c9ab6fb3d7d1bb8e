import type { Cluster } from "../../config/cluster";
import { isEnabled } from "../../config/features";
import type { Node } from "../../config/node";
import { componentUsers, serviceAccountKeyReaders } from "../../facts/identities";
import { UNKNOWN } from "../../facts/unknown";
import { certificateFile, kubernetesFile } from "../endpoints";
import type { StaticPod } from "./pod";

interface Rootless {
	/** Capabilities that are added after all are dropped. */
	securityContext: object;
	/** Whether it reads the key that signs service account tokens. */
	readsServiceAccountKey: boolean;
	/** Files on the host that only this component may read. */
	files: (cluster: Cluster) => (string | false)[];
}

const nothing = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/**
 * Settings of a component that does not run as root.
 *
 * Source: RunComponentAsNonRoot, cmd/kubeadm/app/util/staticpod/utils_linux.go.
 */
const rootless: Record<keyof typeof componentUsers, Rootless> = {
	etcd: {
		securityContext: nothing,
		readsServiceAccountKey: false,
		files: (cluster) => ["etcd/server.key", "etcd/peer.key"].map((name) => certificateFile(cluster, name)),
	},
	"kube-apiserver": {
		// The binary has this capability as a file capability, and does not start without it.
		securityContext: { capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] } },
		readsServiceAccountKey: true,
		files: (cluster) => [
			certificateFile(cluster, "sa.pub"),
			certificateFile(cluster, "apiserver.key"),
			certificateFile(cluster, "apiserver-kubelet-client.key"),
			certificateFile(cluster, "front-proxy-client.key"),
			!cluster.etcd.external && certificateFile(cluster, "apiserver-etcd-client.key"),
		],
	},
	"kube-controller-manager": {
		securityContext: nothing,
		readsServiceAccountKey: true,
		files: (cluster) => [
			kubernetesFile("controller-manager.conf"),
			!cluster.externalCA && certificateFile(cluster, "ca.key"),
		],
	},
	"kube-scheduler": {
		securityContext: nothing,
		readsServiceAccountKey: false,
		files: () => [kubernetesFile("scheduler.conf")],
	},
};

/**
 * Wraps a renderer of a static pod. In a cluster with the feature gate `RootlessControlPlane` the pod runs as a user of
 * its own; in any other cluster it is unchanged.
 */
export function withoutRoot(name: keyof typeof componentUsers, render: StaticPod): StaticPod {
	return (cluster, node, etcdInitialMembers) => {
		const pod = render(cluster, node, etcdInitialMembers);
		if (!isEnabled(cluster, "RootlessControlPlane")) return pod;
		const { securityContext, readsServiceAccountKey } = rootless[name];
		const user = componentUsers[name];
		const ids = idsOn(node);
		return {
			...pod,
			spec: {
				...pod.spec,
				containers: pod.spec.containers.map((container) => ({ ...container, securityContext })),
				securityContext: {
					...pod.spec.securityContext,
					runAsUser: ids.user(user),
					runAsGroup: ids.group(user),
					supplementalGroups: readsServiceAccountKey ? [ids.group(serviceAccountKeyReaders)] : undefined,
				},
			},
		};
	};
}

/** Owner, group and mode of a file, by names. */
export interface FileAccess {
	/** Name of the user that owns the file. */
	owner: string;
	/** Name of the group that owns the file. */
	group: string;
	/** Permissions, octal: `0600`. */
	mode: string;
}

/**
 * Returns owner, group and mode of the control plane's files that other users than root need, by absolute path. Empty
 * without the feature gate `RootlessControlPlane`. etcd's user owns everything in etcd's data directory, whose modes
 * stay.
 */
export function rootlessFiles(cluster: Cluster): Record<string, FileAccess> {
	if (!isEnabled(cluster, "RootlessControlPlane")) return {};
	const names = Object.keys(rootless) as (keyof typeof rootless)[];
	const ownUsers = names
		.filter((name) => name !== "etcd" || !cluster.etcd.external)
		.flatMap((name) =>
			rootless[name].files(cluster).flatMap((path) => {
				const user = componentUsers[name];
				return path ? [[path, { owner: user, group: user, mode: "0600" }] as const] : [];
			}),
		);
	const readers = { owner: "root", group: serviceAccountKeyReaders, mode: "0640" };
	return Object.fromEntries([...ownUsers, [certificateFile(cluster, "sa.key"), readers]]);
}

/** The ids of users and groups on a node's host; unknown until they are made there. */
function idsOn({ facts }: Node) {
	const { users, groups } = facts?.componentUsers ?? {};
	return { user: (name: string) => users?.[name] ?? UNKNOWN, group: (name: string) => groups?.[name] ?? UNKNOWN };
}
