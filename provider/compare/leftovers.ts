import { bootstrapKubeconfigPath, kubeconfigPath } from "../render/kubeconfig";
import { credentialPaths, type NodePlan, nodeParts } from "../render/node-plan";
import { caRequest } from "../render/pki/certificates";
import type { Difference } from "./difference";
import type { Against } from "./file";

/**
 * Returns a difference for each credential with one of kubeadm's names that kubeadm neither writes on such a node nor leaves
 * there: a control plane's on a worker, etcd's beside an external etcd. Files with other names are not kubeadm's and are ignored.
 *
 * Source: what the phases of cmd/kubeadm/app/cmd/phases/{init,join} write; reset empties the same folder.
 */
export function leftovers({ plan, tree }: Against): Difference[] {
	const { cluster, node } = plan;
	const every = nodeParts({ role: "control-plane", command: "init", etcd: {} });
	const expected = new Set(expectedPaths(plan, tree.readFile(kubeconfigPath("kubelet.conf")) !== undefined));
	return [...credentialPaths(every, cluster, node), bootstrapKubeconfigPath].flatMap((file) => {
		const kind = expected.has(file) ? undefined : tree.kindAt(file);
		return kind ? [{ file, at: "", found: kind }] : [];
	});
}

/** Returns the paths that a node of this kind may have. The files of a skipped phase may come from elsewhere. */
function expectedPaths({ cluster, node, command }: NodePlan, isJoined: boolean): string[] {
	const kubelet = [
		kubeconfigPath("kubelet.conf"),
		...(isJoined || command === "init" ? [] : [bootstrapKubeconfigPath]),
	];
	// The certificate of a CA is no secret: a worker may have the cluster's beside its own.
	if (node.role === "worker") return [...kubelet, caRequest("ca", cluster).certificatePath];
	const parts = nodeParts({ role: node.role, command, etcd: cluster.etcd });
	const { caFile, certFile, keyFile } = cluster.etcd.external ?? {};
	const external = [caFile, certFile, keyFile].flatMap((path) => path ?? []);
	return [...kubelet, ...credentialPaths(parts, cluster, node), ...external];
}
