import type { ConfigurationDocument } from "./documents";
import type { Note } from "./note";
import { isOtherGroup } from "./versions";

const commands = ["JoinConfiguration", "ResetConfiguration", "UpgradeConfiguration"];

/**
 * Returns the kinds of documents that kubeadm does not read: documents of other programs, and kubelet and kube-proxy settings
 * in a file for a command other than `init`, which takes these settings from the cluster.
 *
 * Source: documentMapToInitConfiguration, documentMapToJoinConfiguration and the like, cmd/kubeadm/app/util/config.
 * @param strict whether documents of other programs are refused, as by `kubeadm config validate`
 */
export function unreadKinds(documents: readonly ConfigurationDocument[], strict: boolean): string[] {
	const others = strict ? [] : documents.filter(isOtherGroup).map(({ kind }) => kind);
	const kinds = documents.map(({ kind }) => kind);
	const isForInit = kinds.includes("InitConfiguration") || kinds.includes("ClusterConfiguration");
	if (isForInit || !kinds.some((kind) => commands.includes(kind))) return others;
	return [...others, ...kinds.filter((kind) => kind === "KubeletConfiguration" || kind === "KubeProxyConfiguration")];
}

/** Returns a note for each kind of document that is not read. */
export function unreadNotes(kinds: readonly string[]): Note[] {
	const beside =
		"ignored, as by kubeadm, which reads the document beside InitConfiguration or ClusterConfiguration only";
	const other = "ignored, as by `kubeadm init`: the document belongs to another program";
	return kinds.map((path) => ({ path, message: /^Kube(let|Proxy)Configuration$/.test(path) ? beside : other }));
}
