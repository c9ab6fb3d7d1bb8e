import { digestOf } from "../../hosts/placement/records";
import { waitFor } from "../../hosts/wait";
import type { Api } from "../../kubernetes/api";
import { nameOf } from "../../kubernetes/objects";
import { rollout } from "../../kubernetes/rollout";
import { coreDns as coreDnsObjects } from "../../render/addons/coredns";
import { kubeProxy as kubeProxyObjects } from "../../render/addons/kube-proxy";
import type { KubernetesObject } from "../../render/kubernetes-object";
import type { Component, RenderContext } from "../control-plane/component";

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
