import type { Kind } from "./kinds";

/** Destination of each field of kubeadm's configuration in `KubeadmConfig`. A row also applies to all fields below. */
export const destinations: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
	InitConfiguration: {
		bootstrapTokens: "bootstrapTokens",
		nodeRegistration: "init.nodeRegistration",
		"nodeRegistration.name": "init.name",
		localAPIEndpoint: "init.localAPIEndpoint",
		skipPhases: "init.skipPhases",
		"patches.directory": "patchesDirectories.init",
		timeouts: "init.timeouts",
	},
	ClusterConfiguration: { "": "cluster" },
	KubeletConfiguration: { "": "cluster.kubelet" },
	KubeProxyConfiguration: { "": "cluster.kubeProxy" },
	JoinConfiguration: {
		nodeRegistration: "join.nodeRegistration",
		"nodeRegistration.name": "join.name",
		caCertPath: "join.caCertPath",
		discovery: "join.discovery",
		"controlPlane.localAPIEndpoint": "join.localAPIEndpoint",
		skipPhases: "join.skipPhases",
		"patches.directory": "patchesDirectories.join",
		timeouts: "join.timeouts",
	},
	ResetConfiguration: { "": "reset" },
	UpgradeConfiguration: { "": "upgrade" },
};

/** Returns the destination of a path of a kind, and the part of the path below the destination's row. Undefined for a path without a destination. */
export function destinationOf(kind: Kind, path: string): { to: string; rest: string } | undefined {
	const rows = destinations[kind];
	for (let head = path; ; head = head.slice(0, Math.max(0, head.lastIndexOf(".")))) {
		const to = rows[head];
		if (to !== undefined) return { to, rest: path.slice(head.length).replace(/^\./, "") };
		if (head === "") return undefined;
	}
}
