import type { Cluster } from "../config/cluster";
import type { Node } from "../config/node";
import { skips } from "../config/phases";
import { type File, nodeDirectories, nodeFiles } from "./files";
import { type KubeconfigName, type KubeconfigRequest, kubeconfigNames, kubeconfigRequest } from "./kubeconfig";
import {
	type CertificateRequest,
	caNamesOf,
	caRequest,
	certificateNamesOf,
	certificateRequest,
	serviceAccountKeyPaths,
} from "./pki/certificates";
import type { EtcdMembers } from "./static-pods/pod";

/** What kubeadm runs on a host: `init` on the first, `join` on all others. */
export type Way = "init" | "join";

/** All that is to be on a node, with nothing made yet. */
export interface NodePlan {
	cluster: Cluster;
	node: Node;
	way: Way;
	/** Files that hold no secret, by path. */
	files: Record<string, File>;
	directories: Record<string, Omit<File, "content">>;
	authorities: CertificateRequest[];
	certificates: CertificateRequest[];
	kubeconfigs: KubeconfigRequest[];
	/** Absent on workers. */
	serviceAccountKey?: { privateKeyPath: string; publicKeyPath: string };
}

interface Planning {
	cluster: Cluster;
	node: Node;
	way: Way;
	/** Those that a joining etcd member finds. */
	members?: EtcdMembers;
}

/** The kubeconfigs that `kubeadm join` writes on a control plane node; the kubelet makes its own. */
const joined: readonly KubeconfigName[] = ["admin.conf", "controller-manager.conf", "scheduler.conf"];

/** The kubeconfigs with a client certificate that kubeadm writes on a control plane node. */
export function kubeconfigNamesOf(way: Way): readonly KubeconfigName[] {
	return way === "init" ? kubeconfigNames : joined;
}

/** What kubeadm puts on a node, without what its `skipPhases` leave out. Source: cmd/kubeadm/app/cmd/{init,join}.go, the phases that write files. */
export function nodePlan({ cluster, node, way, members }: Planning): NodePlan {
	const isControlPlane = node.role === "control-plane";
	const isMade = (phase: string) => !skips(node, phase);
	const configurations = kubeconfigNamesOf(way).filter((name) => isMade(`kubeconfig/${name.replace(/\.conf$/, "")}`));
	const certificates = certificateNamesOf(cluster).filter((name) => isMade(`certs/${name}`));
	const { dataDir } = cluster.etcd.local;
	const directories = Object.entries(nodeDirectories(cluster, node)).filter(
		([path]) => path !== dataDir || isMade("etcd/local"),
	);
	return {
		cluster,
		node,
		way,
		files: nodeFiles(cluster, node, members),
		directories: Object.fromEntries(directories),
		authorities: isControlPlane
			? caNamesOf(cluster).map((name) => caRequest(name, cluster))
			: isMade("kubelet-start")
				? [workersCa(cluster, node)]
				: [],
		certificates: isControlPlane ? certificates.map((name) => certificateRequest(name, cluster, node)) : [],
		kubeconfigs: isControlPlane ? configurations.map((name) => kubeconfigRequest(name, cluster, node)) : [],
		...(isControlPlane && isMade("certs/sa") ? { serviceAccountKey: serviceAccountKeyPaths(cluster) } : {}),
	};
}

function workersCa(cluster: Cluster, node: Node): CertificateRequest {
	const request = caRequest("ca", cluster);
	return { ...request, certificatePath: node.caCertPath ?? request.certificatePath };
}
