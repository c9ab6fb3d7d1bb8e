import { isUnknown } from "../../facts/unknown";
import type { ClusterSpec } from "../cluster";
import type { Arg } from "../component";
import type { NodeSpec } from "../node";
import type { Problem } from "../problems";

/** A cluster and its nodes, each with a function that gives the path of one of its fields. */
export interface Configured {
	/** Absent where only nodes are known. */
	cluster?: Partial<ClusterSpec>;
	at(field: string): string;
	nodes: readonly { node: NodeSpec; at(field: string): string }[];
}

/** Finds the fields that one warning is about. */
export type Warn = (configured: Configured) => Problem[];

/** Components that run as static pods: the path of their settings in a cluster, by their names. */
export const staticPods = {
	etcd: "etcd.local",
	"kube-apiserver": "apiServer",
	"kube-controller-manager": "controllerManager",
	"kube-scheduler": "scheduler",
} as const;

export type StaticPodName = keyof typeof staticPods;

/** A flag that a user gives a component. */
export interface UserFlag extends Arg {
	component: StaticPodName | "kubelet";
	path: string;
}

/** All flags that a user gives, those of the kubelets included. Flags whose name is not known yet are left out. */
export function userFlags({ cluster = {}, at, nodes }: Configured): UserFlag[] {
	const { etcd, apiServer, controllerManager, scheduler } = cluster;
	const settings = { etcd: etcd?.local, apiServer, controllerManager, scheduler };
	const ofPods = (Object.keys(staticPods) as StaticPodName[]).flatMap((component) => {
		const part = staticPods[component];
		const { extraArgs } = settings[part === "etcd.local" ? "etcd" : part] ?? {};
		return flagsOf(extraArgs, { component, path: at(`${part}.extraArgs`) });
	});
	const ofKubelets = nodes.flatMap(({ node, at: inNode }) =>
		flagsOf(node.nodeRegistration?.kubeletExtraArgs, {
			component: "kubelet",
			path: inNode("nodeRegistration.kubeletExtraArgs"),
		}),
	);
	return [...ofPods, ...ofKubelets];
}

function flagsOf(args: unknown, { component, path }: Pick<UserFlag, "component" | "path">): UserFlag[] {
	if (!Array.isArray(args)) return [];
	return (args as Partial<Arg>[]).flatMap(({ name, value = "" }, index) =>
		typeof name === "string" && name !== "" && !isUnknown(name)
			? [{ name, value, component, path: `${path}[${index}]` }]
			: [],
	);
}
