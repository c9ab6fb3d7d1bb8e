import type { Kind } from "./kinds";

/** Where a field goes: to a path of `KubeadmConfig`, or nowhere, with the reason. */
export type Destination = { to: string; why?: undefined } | { to?: undefined; why: string };

const to = (path: string): Destination => ({ to: path });
const nowhere = (why: string): Destination => ({ why });

const dryRun = nowhere("`pulumi preview` shows what would be done");
const certificateKey = nowhere(
	"the certificates that control planes share go over SSH and not through a Secret of the cluster",
);

/** Where each field of kubeadm's configuration goes; fields below one that is named go along with it. */
export const destinations: Record<Kind, Record<string, Destination>> = {
	InitConfiguration: {
		bootstrapTokens: to("bootstrapTokens"),
		dryRun,
		nodeRegistration: to("init.nodeRegistration"),
		"nodeRegistration.name": to("init.name"),
		localAPIEndpoint: to("init.localAPIEndpoint"),
		certificateKey,
		skipPhases: to("init.skipPhases"),
		"patches.directory": to("patchesDirectory"),
		timeouts: to("init.timeouts"),
	},
	ClusterConfiguration: { "": to("cluster") },
	KubeletConfiguration: { "": to("cluster.kubelet") },
	KubeProxyConfiguration: { "": to("cluster.kubeProxy") },
	JoinConfiguration: {
		dryRun,
		nodeRegistration: to("join.nodeRegistration"),
		"nodeRegistration.name": to("join.name"),
		caCertPath: to("join.caCertPath"),
		discovery: to("join.discovery"),
		"controlPlane.localAPIEndpoint": to("join.localAPIEndpoint"),
		"controlPlane.certificateKey": certificateKey,
		skipPhases: to("join.skipPhases"),
		"patches.directory": to("patchesDirectory"),
		timeouts: to("join.timeouts"),
	},
	ResetConfiguration: { "": to("reset") },
	UpgradeConfiguration: { "": to("upgrade") },
};

/** The row for a path of a kind, and what the path has below it. */
export function destinationOf(kind: Kind, path: string): { row: Destination; rest: string } | undefined {
	const rows = destinations[kind];
	for (let head = path; ; head = head.slice(0, Math.max(0, head.lastIndexOf(".")))) {
		const row = rows[head];
		if (row) return { row, rest: path.slice(head.length).replace(/^\./, "") };
		if (head === "") return undefined;
	}
}
