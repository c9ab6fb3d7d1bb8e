import type { Cluster } from "../config/cluster";
import type { Node } from "../config/node";
import { rootOnly } from "../facts/file-access";
import { coreDns } from "./addons/coredns";
import { kubeProxy } from "./addons/kube-proxy";
import { instanceConfiguration, kubeletConfiguration, kubeletFlags } from "./kubelet";
import type { KubernetesObject } from "./kubernetes-object";
import type { EtcdMembers, Pod } from "./static-pods/pod";
import { type StaticPodName, staticPods } from "./static-pods/static-pods";

/** Input of a component's renderer. */
export interface ComponentContext {
	/** The cluster, with every default filled in. */
	cluster: Cluster;
	/** The node, with every default filled in; for an addon, the first control plane node. */
	node: Node;
}

/** Input of etcd's renderer. */
export interface EtcdContext extends ComponentContext {
	/** The members that the node's etcd starts with. @default this node alone */
	initialMembers?: EtcdMembers;
}

/** Configuration files of a kubelet. */
export interface KubeletFiles {
	/** KubeletConfiguration, the content of /var/lib/kubelet/config.yaml. */
	configuration: Record<string, unknown>;
	/** Settings of this node alone, the content of /var/lib/kubelet/instance-config.yaml; empty where a node has none. */
	instanceConfiguration: Record<string, unknown>;
	/** Content of /var/lib/kubelet/kubeadm-flags.env. */
	flags: string;
	/** Permissions of these files and of the unit's drop-in, octal. @default "0644" */
	fileMode?: string;
}

/** Renderers of the seven components, by name. */
export const componentRenderers = {
	etcd: ({ cluster, node, initialMembers }: EtcdContext): Pod => staticPods.etcd(cluster, node, initialMembers),
	"kube-apiserver": rendererOf("kube-apiserver"),
	"kube-controller-manager": rendererOf("kube-controller-manager"),
	"kube-scheduler": rendererOf("kube-scheduler"),
	kubelet: ({ cluster, node }: ComponentContext): KubeletFiles => ({
		configuration: kubeletConfiguration(cluster, node),
		instanceConfiguration: instanceConfiguration(cluster, node) ?? {},
		flags: kubeletFlags(cluster, node),
		...(cluster.restrictedFiles ? { fileMode: rootOnly.mode } : {}),
	}),
	"kube-proxy": ({ cluster, node }: ComponentContext): KubernetesObject[] => kubeProxy(cluster, node),
	coredns: ({ cluster, node }: ComponentContext): KubernetesObject[] => coreDns(cluster, node),
} as const;

/** kubeadm's names of the seven components, such as "etcd" and "kube-apiserver". */
export type ComponentName = keyof typeof componentRenderers;

/** Inputs of the components' renderers, by name. */
export type ComponentContexts = { [Name in ComponentName]: Parameters<(typeof componentRenderers)[Name]>[0] };

function rendererOf(name: StaticPodName): (context: ComponentContext) => Pod {
	return ({ cluster, node }) => staticPods[name](cluster, node);
}
