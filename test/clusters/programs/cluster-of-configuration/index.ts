import { Config } from "@pulumi/pulumi";
import { Cluster, type ClusterArgs, ClusterReady, fromKubeadmConfig, type NodeArgs } from "pulumi-kubeadm";

/** A cluster as a kubeadm configuration file says it. */
export interface ClusterOfConfiguration {
	/** The file's text. */
	text: string;
	controlPlane: Pick<NodeArgs, "name" | "connection">;
	/** CAs of one's own, which kubeadm would find in place. */
	authorities?: ClusterArgs["authorities"];
	/** What has to be ready beside the node. */
	workloads: string[];
}

const { text, controlPlane, authorities, workloads } = new Config("test").requireObject<ClusterOfConfiguration>(
	"program",
);
const { cluster: spec, init, bootstrapTokens } = fromKubeadmConfig(text);
const cluster = new Cluster("test", {
	...spec,
	authorities,
	bootstrapTokens,
	controlPlanes: [{ ...init, ...controlPlane }],
});
new ClusterReady("ready", { api: cluster.api, nodes: cluster.nodeNames, workloads });
