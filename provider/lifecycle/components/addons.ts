import { waitFor } from "../../hosts/wait";
import { coreDns as coreDnsObjects } from "../../render/addons/coredns";
import { kubeProxy as kubeProxyObjects } from "../../render/addons/kube-proxy";
import type { KubernetesObject } from "../../render/kubernetes-object";
import type { Api } from "../kubernetes/api";
import { nameOf } from "../kubernetes/objects";
import { digestOf } from "../placement/records";
import type { Component, RenderContext } from "./component";

/** A component that lives in the API as objects. */
function addon(
	name: string,
	render: (context: RenderContext) => KubernetesObject[],
): Component<KubernetesObject[], Api> {
	return {
		name,
		render,
		async save(api, objects) {
			for (const object of objects) await api.apply(object);
			return Object.fromEntries(objects.map((object) => [nameOf(object), digestOf(JSON.stringify(object))]));
		},
		async run(api, objects, patience) {
			await waitFor({
				subject: name,
				...patience,
				observe: async () => {
					const behind = (
						await Promise.all(objects.map(async (object) => rollout(await api.read(object), object)))
					).filter((saw) => saw !== undefined);
					return behind.length === 0 ? { done: true, value: undefined } : { done: false, saw: behind.join("; ") };
				},
			});
		},
		async clean(api, objects) {
			for (const object of [...objects].reverse()) await api.delete(object);
		},
	};
}

export const coreDns = addon("coredns", ({ cluster, node }) => coreDnsObjects(cluster, node));
export const kubeProxy = addon("kube-proxy", ({ cluster, node }) => kubeProxyObjects(cluster, node));

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
