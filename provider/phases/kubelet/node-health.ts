import type { HostReference } from "../../hosts/reach";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { readFromApi } from "../../kubernetes/api";
import { Unread } from "../../kubernetes/unread";
import type { KubernetesObject } from "../../render/kubernetes-object";
import { explainKubelet } from "../diagnosis/explain";
import { watchKubelet } from "../diagnosis/kubelet-ends";
import { type KubeletRun, type KubeletSettings, type KubeletTarget, patienceOf } from "./bring-up";

/** Limit of one request, in seconds. */
const REQUEST_SECONDS = 10;

/** How a node stands in the API. */
interface NodeHealth {
	/** What the node says where it is not Ready. Absent for a Ready node. */
	notReady?: string;
	/** Time of the last renewal of the node's lease. Absent where the node has no lease. */
	renewedAt?: string;
	/** Version of the kubelet that runs, as `v1.37.2`. Absent where the API has no such node. */
	kubeletVersion?: string;
}

/** A node whose kubelet changes, and how its API is asked. */
export type ChangingKubelet = Pick<KubeletSettings, "host" | "nodeName"> &
	Partial<Pick<KubeletSettings, "controlPlanes" | "kubeconfigPath">> &
	Pick<KubeletRun, "timeouts">;

/** What a change of a kubelet is to lead to. */
export interface KubeletChange {
	/** Version that the kubelet reports afterwards, as `v1.37.2`. @default any */
	version?: string;
	/** What the kubelet runs with afterwards, for the status line. @default "its changed configuration" */
	runsWith?: string;
}

/**
 * Looks at a node before its kubelet changes. The returned function waits, after the change, until the kubelet has renewed the
 * node's lease, and until the node is Ready again if it was Ready before: without a pod network no node is.
 *
 * Source: https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats
 * @throws Unread where the API does not say how the node stands, so that nothing is changed
 */
export async function watchNode(
	target: Pick<KubeletTarget, "host" | "nodeName">,
	settings: ChangingKubelet,
	{ version, runsWith = "its changed configuration" }: KubeletChange = {},
): Promise<() => Promise<void>> {
	const before = await healthOf(settings);
	return async () => {
		let first: NodeHealth | undefined;
		const ended = watchKubelet(target.host);
		await waitFor({
			subject: `node ${target.nodeName}`,
			...patienceOf(settings),
			observe: async () => {
				const now = await healthOf(settings).catch(ifUnread);
				if (typeof now === "string") return { done: false, saw: now };
				first ??= now;
				if (now.renewedAt === first.renewedAt) {
					const end = await ended();
					return end
						? { done: false, saw: end, hopeless: true }
						: { done: false, saw: "the kubelet has not renewed its lease yet" };
				}
				if (version && now.kubeletVersion !== version)
					return { done: false, saw: `the node says that its kubelet is ${now.kubeletVersion}` };
				if (now.notReady && !before.notReady) return { done: false, saw: `not Ready: ${now.notReady}` };
				return { done: true, value: undefined };
			},
			explain: () => explainKubelet(target.host),
		});
		status(`${target.nodeName}: the kubelet runs with ${runsWith}, and renews the node's lease`);
	};
}

function ifUnread(error: unknown): string {
	if (error instanceof Unread) return error.message;
	throw error;
}

async function healthOf({ host, controlPlanes, kubeconfigPath, nodeName: name }: ChangingKubelet): Promise<NodeHealth> {
	const reference: { controlPlanes: HostReference[] } = { controlPlanes: controlPlanes ?? [host] };
	const read = (object: KubernetesObject) =>
		readFromApi(reference, (server) => server.read(object), {
			patienceSeconds: REQUEST_SECONDS,
			...(controlPlanes || !kubeconfigPath ? {} : { kubeconfigs: [kubeconfigPath] }),
		});
	const [node, lease] = await Promise.all([
		read({ apiVersion: "v1", kind: "Node", metadata: { name } }),
		read({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace: "kube-node-lease" } }),
	]);
	const { conditions = [], nodeInfo } = (node?.status ?? {}) as {
		conditions?: { type: string; status: string; message?: string }[];
		nodeInfo?: { kubeletVersion?: string };
	};
	const ready = conditions.find(({ type }) => type === "Ready");
	const { renewTime } = (lease?.spec ?? {}) as { renewTime?: string };
	return {
		...(ready?.status === "True" ? {} : { notReady: ready?.message ?? "no condition yet" }),
		...(renewTime ? { renewedAt: renewTime } : {}),
		...(nodeInfo?.kubeletVersion ? { kubeletVersion: nodeInfo.kubeletVersion } : {}),
	};
}
