import type { Cluster } from "../config/cluster";
import type { Node } from "../config/node";
import { skips } from "../config/phases";
import { ownedByRoot } from "../facts/file-access";
import { paths } from "../facts/paths";
import { toYaml } from "../go/yaml/write";
import { componentRenderers } from "./components";
import { instanceConfigurationText } from "./kubelet";
import type { EtcdMembers } from "./static-pods/pod";
import { type StaticPodName, staticPodNamesOf, staticPodPath } from "./static-pods/static-pods";

/** A file of a host. */
export interface File {
	content: string;
	/** Octal: `0600`. */
	mode: string;
	owner: string;
	group: string;
}

/** The phases of kubeadm that write the manifests. */
const podPhases: Readonly<Record<StaticPodName, string>> = {
	etcd: "etcd/local",
	"kube-apiserver": "control-plane/apiserver",
	"kube-controller-manager": "control-plane/controller-manager",
	"kube-scheduler": "control-plane/scheduler",
};

/**
 * All files of a node that hold no secret, by path: the control plane's manifests, and what the kubelet reads. What
 * `skipPhases` name is not looked at, as kubeadm does not: nor are the patches of it.
 *
 * @param etcdInitialMembers as in `staticPods.etcd` @default this node alone
 */
export function nodeFiles(cluster: Cluster, node: Node, etcdInitialMembers?: EtcdMembers): Record<string, File> {
	const manifests = node.role === "control-plane" ? staticPodNamesOf(cluster) : [];
	return {
		...Object.fromEntries(
			manifests
				.filter((name) => !skips(node, podPhases[name]))
				.map((name) => [
					staticPodPath(name),
					file(toYaml(componentRenderers[name]({ cluster, node, initialMembers: etcdInitialMembers })), "0600"),
				]),
		),
		...(skips(node, "kubelet-start") ? {} : kubeletFiles(cluster, node)),
	};
}

function kubeletFiles(cluster: Cluster, node: Node): Record<string, File> {
	const { configuration, instanceConfiguration, flags } = componentRenderers.kubelet({ cluster, node });
	const hasInstance = Object.keys(instanceConfiguration).length > 0;
	return {
		[paths.kubeletConfiguration]: file(toYaml(configuration), "0644"),
		...(hasInstance
			? { [paths.kubeletInstanceConfiguration]: file(instanceConfigurationText(instanceConfiguration), "0644") }
			: {}),
		[paths.kubeletFlags]: file(flags, "0644"),
	};
}

/**
 * The directories that a node's files are in, as kubeadm makes them where they are not there.
 *
 * Source: the calls of MkdirAll in cmd/kubeadm/app/{phases,util/staticpod}; /etc/kubernetes is the package's.
 */
export function nodeDirectories(cluster: Cluster, node: Node): Record<string, Omit<File, "content">> {
	const isControlPlane = node.role === "control-plane";
	const modes: readonly (readonly [path: string, mode: string])[] = [
		[paths.kubernetesDirectory, "0755"],
		[cluster.certificatesDir, "0755"],
		...(isControlPlane ? [[paths.manifestsDirectory, "0700"] as const] : []),
		...(isControlPlane && !cluster.etcd.external
			? ([
					[`${cluster.certificatesDir}/etcd`, "0755"],
					[cluster.etcd.local.dataDir, "0700"],
				] as const)
			: []),
		[paths.kubeletDirectory, "0700"],
	];
	return Object.fromEntries(modes.map(([path, mode]) => [path, { mode, ...ownedByRoot }]));
}

function file(content: string, mode: string): File {
	return { content, mode, ...ownedByRoot };
}
