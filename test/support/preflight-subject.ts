import { type ClusterSpec, resolveCluster } from "../../provider/config/cluster";
import { type NodeSpec, resolveNode } from "../../provider/config/node";
import { type PreflightAction, type PreflightSubject, preflightSubject } from "../../provider/phases/preflight/subject";
import { cluster, node } from "./cluster";

/** What is to run on a host: a small cluster's first control plane, unless the test says more. */
export function subjectOf({
	action = "init",
	...given
}: {
	action?: PreflightAction;
	cluster?: Partial<ClusterSpec>;
	node?: NodeSpec;
} = {}): PreflightSubject {
	const resolved = resolveCluster({ ...cluster, ...given.cluster });
	const role = action === "worker join" ? "worker" : "control-plane";
	const server = role === "worker" ? { apiServer: { advertiseAddress: "198.18.0.11" } } : {};
	return preflightSubject(resolved, resolveNode(resolved, { ...node, ...server, ...given.node }, role), action);
}
