import type { Cluster } from "../../config/cluster";
import { inputProblem } from "../../config/expected";
import type { Discovery, NodeRole, NodeSpec } from "../../config/node";
import { type Problem, SpecError } from "../../config/problems";
import { isUnknown } from "../../facts/unknown";
import type { HostReference } from "../../hosts/reach";
import { kubeletConfiguration } from "../../render/kubelet";
import type { ExpectedCluster } from "./check-cluster";

/** Selects the fields of a cluster's configuration that must be equal in the cluster that a node joins. */
export function expectedOf(cluster: Cluster): ExpectedCluster {
	const { kubernetesVersion, networking } = cluster;
	const { dnsDomain, serviceSubnet } = networking;
	return { kubernetesVersion, dnsDomain, serviceSubnet, kubelet: kubeletConfiguration(cluster) };
}

/**
 * Refuses a worker that has no means to join, or that has labels or annotations and no API to set them through. Accepts
 * every control plane.
 * @throws SpecError that lists all missing inputs
 */
export function refuseWithoutWay({
	node,
	role,
	authority,
	controlPlanes,
	discovery,
}: {
	node: NodeSpec;
	role: NodeRole;
	authority?: object | undefined;
	controlPlanes?: readonly HostReference[] | undefined;
	discovery?: Discovery | undefined;
}): void {
	if (role !== "worker") return;
	const problems: Problem[] = [];
	if (!controlPlanes && !discovery)
		problems.push(
			inputProblem({
				path: "api",
				expected: "the access to the cluster's API, or node.discovery, by which a worker joins",
				got: "neither",
			}),
		);
	if (!authority && !discovery)
		problems.push(inputProblem({ path: "authority", expected: "the cluster's CA, or node.discovery", got: "neither" }));
	for (const field of ["labels", "annotations"] as const)
		if (!controlPlanes && !isUnknown(node) && Object.keys(node[field] ?? {}).length > 0)
			problems.push(
				inputProblem({
					path: `node.${field}`,
					expected: "an api beside them, through which they are set",
					got: "none",
					next: "a kubelet sets labels by nodeRegistration.kubeletExtraArgs: node-labels",
				}),
			);
	if (problems.length > 0) throw new SpecError("Kubelet", problems);
}
