import type { KubernetesObject } from "../render/kubernetes-object";
import { nameOf } from "./objects";

/** What keeps a workload from being all there; nothing for what is there, and for objects that do not run. */
export function rollout(living: KubernetesObject | undefined, wanted: KubernetesObject): string | undefined {
	if (!living) return `${nameOf(wanted)} is not there`;
	const status = (living.status ?? {}) as Record<string, number | undefined>;
	const spec = (living.spec ?? {}) as { replicas?: number };
	const behind = (count: number | undefined, of: number | undefined) =>
		(count ?? 0) >= (of ?? 1) ? undefined : `${nameOf(wanted)}: ${count ?? 0} of ${of ?? 1} ready`;
	if (
		(status.observedGeneration ?? 0) < Number((living.metadata as { generation?: number }).generation ?? 0) &&
		/^(Deployment|DaemonSet)$/.test(living.kind)
	)
		return `${nameOf(wanted)}: not seen by its controller yet`;
	if (living.kind === "Deployment")
		return behind(Math.min(status.updatedReplicas ?? 0, status.availableReplicas ?? 0), spec.replicas);
	if (living.kind === "DaemonSet")
		return behind(
			Math.min(status.updatedNumberScheduled ?? 0, status.numberAvailable ?? 0),
			status.desiredNumberScheduled,
		);
	return undefined;
}
