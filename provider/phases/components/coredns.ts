import { status } from "../../hosts/status";
import { WaitError, waitFor } from "../../hosts/wait";
import { api } from "../../kubernetes/api";
import { type ComponentContext, componentRenderers } from "../../render/components";
import type { KubernetesObject } from "../../render/kubernetes-object";
import type { Component } from "./component";
import { type ApiPlacement, type ApiSite, objectSet } from "./object-set";

/** How long the first save waits for kube-proxy. */
const KUBE_PROXY_SECONDS = 30;

const objects = objectSet("coredns");

/**
 * CoreDNS: a Deployment and the objects that it needs. The first save waits up to 30 s for kube-proxy and then goes on
 * without it. CoreDNS asks for the API at its
 * service's address when it starts; where nothing routes that address yet, CoreDNS is not ready at the kubelet's first
 * probe, and the next probe comes 10 s later.
 */
export const coreDns: Component<ComponentContext, KubernetesObject[], ApiSite, ApiPlacement> = {
	...objects,
	render: (context) => componentRenderers.coredns(context),
	async save(placement, rendered) {
		if (!placement.applied?.size) await waitForKubeProxy(placement);
		return objects.save(placement, rendered);
	},
};

/** Waits until kube-proxy is ready on a node; returns at once where the cluster has no kube-proxy, which another program may replace. */
async function waitForKubeProxy(site: ApiSite): Promise<void> {
	const metadata = { name: "kube-proxy", namespace: "kube-system" };
	const daemonSet: KubernetesObject = { apiVersion: "apps/v1", kind: "DaemonSet", metadata };
	const server = await api(site, { kubeconfigs: site.kubeconfigs });
	try {
		await waitFor({
			subject: "kube-proxy, before CoreDNS",
			timeoutSeconds: KUBE_PROXY_SECONDS,
			onStatus: status,
			observe: async () => {
				const current = await server.read(daemonSet);
				const { numberAvailable = 0 } = (current?.status ?? {}) as { numberAvailable?: number };
				return current && numberAvailable === 0
					? { done: false, saw: "not ready on any node yet" }
					: { done: true, value: undefined };
			},
		});
	} catch (error) {
		if (!(error instanceof WaitError)) throw error;
		status(`${error.message}; CoreDNS is placed all the same`);
	}
}
