import type { ClusterSpec } from "../../../provider/config/cluster";
import { minorRelease } from "../../../provider/facts/versions";
import type { Answer } from "./oracle";

/** The one token that a dry run of `kubeadm join` takes. Source: cmd/kubeadm/app/util/apiclient/dryrun.go. */
export const joinToken = "abcdef.abcdef0123456789";

/** The hash of that cluster's CA. */
export const joinCaHash = "sha256:3b793efefe27a19f93b0fbe6e637e9c41d0dde8a377d6ab1c0f656bf1136dd8a";

/** etcd of the release before, where it is another. Source: SupportedEtcdVersion, cmd/kubeadm/app/constants/constants.go. */
const etcdBefore: Readonly<Record<string, string>> = { "1.34": "3.5.24-0" };

/** The cluster that kubeadm pretends to join in a dry run. Source: getKubeadmConfigMap, the same file. */
export function joinedCluster(kubernetesVersion: string): ClusterSpec {
	return {
		kubernetesVersion,
		certificateValidityPeriod: "100h",
		controllerManager: { extraArgs: [{ name: "cluster-signing-duration", value: "24h" }] },
		controlPlaneEndpoint: "192.168.0.101:6443",
		networking: { podSubnet: "192.168.0.0/16" },
		etcd: { local: { imageTag: etcdBefore[minorRelease(kubernetesVersion)] } },
	};
}

/** What it writes with the images of its own release: it pretends that the cluster is of the one before. */
export function asOfRelease(files: Answer["files"], version: string): Answer["files"] {
	return Object.fromEntries(
		Object.entries(files).map(([name, { content, mode }]) => {
			const newer = content.replaceAll(/(registry\.k8s\.io\/kube-[a-z-]+):v1\.\d+\.0\b/g, `$1:${version}`);
			return [name, { content: name.endsWith(".yaml") ? newer : content, mode }];
		}),
	);
}
