import type { HostReference } from "../../hosts/reach";
import { readFromApi } from "../../kubernetes/api";
import { Unread } from "../../kubernetes/unread";

/** Limit of the request. A refresh has waited for the API already, for its objects. */
const PATIENCE_SECONDS = 5;

/**
 * Whether the API has a kubelet's node. A kubelet registers its node when it starts: a deleted node returns with a restart of
 * the kubelet.
 *
 * Source: `registerWithAPIServer`, pkg/kubelet/kubelet_node_status.go.
 */
export async function nodeInApi({
	host,
	controlPlanes = [host],
	nodeName: name,
	kubeconfigs,
}: {
	host: HostReference;
	controlPlanes?: HostReference[];
	nodeName: string;
	/** Paths of kubeconfigs on the control plane; the first that exists is used. @default admin.conf */
	kubeconfigs?: readonly string[];
}): Promise<"there" | "missing" | "not asked"> {
	try {
		const node = { apiVersion: "v1", kind: "Node", metadata: { name } };
		const nodeInApi = await readFromApi({ controlPlanes }, (server) => server.read(node), {
			patienceSeconds: PATIENCE_SECONDS,
			...(kubeconfigs ? { kubeconfigs } : {}),
		});
		return nodeInApi ? "there" : "missing";
	} catch (error) {
		if (error instanceof Unread) return "not asked";
		throw error;
	}
}
