import type { KubernetesObject } from "../render/kubernetes-object";
import { nameOf } from "./objects";

/**
 * Says why an object is not rolled out yet, in a few words.
 * @param live the object in the cluster; undefined where it does not exist, which is a reason for every kind
 * @param wanted the object that the reason names
 * @param silentNodes number of nodes whose kubelet does not report: a DaemonSet need not be ready there
 * @returns undefined for a Deployment or DaemonSet that is rolled out, and for existing objects of other kinds
 */
export function rollout(
	live: KubernetesObject | undefined,
	wanted: KubernetesObject,
	silentNodes = 0,
): string | undefined {
	if (!live) return `${nameOf(wanted)} is not there`;
	const status = (live.status ?? {}) as Record<string, number | undefined>;
	const spec = (live.spec ?? {}) as { replicas?: number };
	const behind = (count: number | undefined, of: number | undefined, without = 0) =>
		(count ?? 0) >= (of ?? 1) - without ? undefined : `${nameOf(wanted)}: ${count ?? 0} of ${of ?? 1} ready`;
	if (
		(status.observedGeneration ?? 0) < Number((live.metadata as { generation?: number }).generation ?? 0) &&
		/^(Deployment|DaemonSet)$/.test(live.kind)
	)
		return `${nameOf(wanted)}: not seen by its controller yet`;
	if (live.kind === "Deployment")
		return behind(Math.min(status.updatedReplicas ?? 0, status.availableReplicas ?? 0), spec.replicas);
	if (live.kind === "DaemonSet")
		return behind(
			Math.min(status.updatedNumberScheduled ?? 0, status.numberAvailable ?? 0),
			status.desiredNumberScheduled,
			silentNodes,
		);
	return undefined;
}

/** Number of nodes whose kubelet does not report any more, as of a machine that is gone. */
export function silentNodesIn(nodes: readonly KubernetesObject[]): number {
	return nodes.filter(({ status }) => {
		const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
		return conditions.some((condition) => condition.type === "Ready" && condition.status === "Unknown");
	}).length;
}
