import type { ConfigurationDocument } from "./documents";
import type { Note } from "./note";

const commands = ["JoinConfiguration", "ResetConfiguration", "UpgradeConfiguration"];

/**
 * Kinds of documents that kubeadm does not look into: the settings of kubelets and of kube-proxy in a file for another
 * command than `init`, which has them from the cluster.
 *
 * Source: documentMapToJoinConfiguration and the like, cmd/kubeadm/app/util/config.
 */
export function unreadKinds(documents: readonly ConfigurationDocument[]): string[] {
	const kinds = documents.map(({ kind }) => kind);
	const isForInit = kinds.includes("InitConfiguration") || kinds.includes("ClusterConfiguration");
	if (isForInit || !kinds.some((kind) => commands.includes(kind))) return [];
	return kinds.filter((kind) => kind === "KubeletConfiguration" || kind === "KubeProxyConfiguration");
}

/** That they are passed over. */
export function unreadNotes(kinds: readonly string[]): Note[] {
	const message = "passed over, as by kubeadm, which reads it beside InitConfiguration or ClusterConfiguration only";
	return kinds.map((path) => ({ path, message }));
}
