import type { HostReference } from "../../hosts/reach";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { readFromApi } from "../../kubernetes/api";
import { Unread } from "../../kubernetes/unread";
import type { KubernetesObject } from "../../render/kubernetes-object";
import { explainKubelet } from "../diagnosis/explain";
import { type KubeletSettings, type KubeletTarget, patienceOf } from "./bring-up";

/** Limit of one request, in seconds. */
const REQUEST_SECONDS = 10;

/** How a node stands in the API. */
interface NodeHealth {
	/** What the node says where it is not Ready. Absent for a Ready node. */
	notReady?: string;
	/** Time of the last renewal of the node's lease. Absent where the node has no lease. */
	renewedAt?: string;
}

/**
 * Looks at a node before its kubelet changes. The returned function waits, after the change, until the kubelet has renewed the
 * node's lease, and until the node is Ready again if it was Ready before: without a pod network no node is.
 *
 * Source: https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats
 * @throws Unread where the API does not say how the node stands, so that nothing is changed
 */
export async function watchNode(target: KubeletTarget, settings: KubeletSettings): Promise<() => Promise<void>> {
	const before = await healthOf(settings);
	return async () => {
		let first: NodeHealth | undefined;
		await waitFor({
			subject: `node ${target.nodeName}`,
			...patienceOf(settings),
			observe: async () => {
				const now = await healthOf(settings).catch(ifUnread);
				if (typeof now === "string") return { done: false, saw: now };
				first ??= now;
				if (now.renewedAt === first.renewedAt) return { done: false, saw: "the kubelet has not renewed its lease yet" };
				if (now.notReady && !before.notReady) return { done: false, saw: `not Ready: ${now.notReady}` };
				return { done: true, value: undefined };
			},
			explain: () => explainKubelet(target.host),
		});
		status(`${target.nodeName}: the kubelet runs with its changed configuration, and renews the node's lease`);
	};
}

function ifUnread(error: unknown): string {
	if (error instanceof Unread) return error.message;
	throw error;
}

async function healthOf({ host, controlPlanes, kubeconfigPath, nodeName: name }: KubeletSettings): Promise<NodeHealth> {
	const reference: { controlPlanes: HostReference[] } = { controlPlanes: controlPlanes ?? [host] };
	const read = (object: KubernetesObject) =>
		readFromApi(reference, (server) => server.read(object), {
			patienceSeconds: REQUEST_SECONDS,
			...(controlPlanes ? {} : { kubeconfigs: [kubeconfigPath] }),
		});
	const [node, lease] = await Promise.all([
		read({ apiVersion: "v1", kind: "Node", metadata: { name } }),
		read({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace: "kube-node-lease" } }),
	]);
	const { conditions = [] } = (node?.status ?? {}) as {
		conditions?: { type: string; status: string; message?: string }[];
	};
	const ready = conditions.find(({ type }) => type === "Ready");
	const { renewTime } = (lease?.spec ?? {}) as { renewTime?: string };
	return {
		...(ready?.status === "True" ? {} : { notReady: ready?.message ?? "no condition yet" }),
		...(renewTime ? { renewedAt: renewTime } : {}),
	};
}
