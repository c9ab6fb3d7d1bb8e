import type { Cluster } from "../config/cluster";
import { bootstrapKubeconfigPath, kubeconfigNames, kubeconfigPath } from "../render/kubeconfig";
import { kubeconfigNamesOf, type NodePlan } from "../render/node-plan";
import {
	caNamesOf,
	caRequest,
	certificateNamesOf,
	certificateRequest,
	serviceAccountKeyPaths,
} from "../render/pki/certificates";
import type { Difference } from "./difference";
import type { Against } from "./file";

/**
 * Credentials with kubeadm's own names that it neither writes on such a node nor leaves there: of a control plane on a
 * worker, of etcd beside an external one. What has another name is not kubeadm's, which leaves it.
 *
 * Source: what the phases of cmd/kubeadm/app/cmd/phases/{init,join} write; reset empties the same folder.
 */
export function leftovers({ plan, tree }: Against): Difference[] {
	const local = { ...plan.cluster, etcd: { ...plan.cluster.etcd, external: undefined } };
	const expectedPaths = new Set([
		...pathsOfNode(plan),
		...(tree.readFile(kubeconfigPath("kubelet.conf")) ? [] : bootstrapOf(plan)),
	]);
	return [
		...pkiPaths(local, plan),
		...Object.values(serviceAccountKeyPaths(plan.cluster)),
		...kubeconfigNames.map(kubeconfigPath),
		bootstrapKubeconfigPath,
	].flatMap((file) => {
		const found = expectedPaths.has(file) ? undefined : tree.kindAt(file);
		return found ? [{ file, at: "", found }] : [];
	});
}

/** Paths that a node of this kind may have, written by kubeadm or, where a phase is skipped, by whoever replaces the phase. */
function pathsOfNode(plan: NodePlan): string[] {
	const { cluster, node, way } = plan;
	const kubelet = kubeconfigPath("kubelet.conf");
	const { caFile, certFile, keyFile } = cluster.etcd.external ?? {};
	// A CA's certificate is no secret, and a worker may have its own elsewhere.
	if (node.role === "worker") return [kubelet, caRequest("ca", cluster).certificatePath];
	return [
		...pkiPaths(cluster, plan),
		...Object.values(serviceAccountKeyPaths(cluster)),
		...[caFile, certFile, keyFile].flatMap((path) => path ?? []),
		...kubeconfigNamesOf(way).map(kubeconfigPath),
		kubelet,
	];
}

/** `kubeadm join` removes it as soon as the kubelet has its own. Source: runKubeletWaitBootstrapPhase, cmd/phases/join/kubelet.go. */
function bootstrapOf({ way }: NodePlan): string[] {
	return way === "join" ? [bootstrapKubeconfigPath] : [];
}

function pkiPaths(cluster: Cluster, { node }: NodePlan): string[] {
	return [
		...caNamesOf(cluster).map((name) => caRequest(name, cluster)),
		...certificateNamesOf(cluster).map((name) => certificateRequest(name, cluster, node)),
	].flatMap(({ certificatePath, keyPath }) => [certificatePath, keyPath]);
}
